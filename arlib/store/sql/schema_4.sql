-- Version 4. Tables and columns are added; nothing of the former versions changes.

-- Decisions taken together (a bulk change, a paste) carry one name and are undone together.
ALTER TABLE user_limits ADD COLUMN IF NOT EXISTS change_set VARCHAR;

-- Customers put in a group by hand, or kept out of a proposed one; append-only, the latest counts.
CREATE TABLE IF NOT EXISTS user_groups (
    sequence BIGINT NOT NULL,
    change_id VARCHAR NOT NULL,
    company_id VARCHAR NOT NULL,
    customer_id VARCHAR NOT NULL,
    group_id VARCHAR,                   -- NULL: in no group, whatever the files say
    origin VARCHAR NOT NULL,            -- siren, vat_number, name, manual, undo
    reason VARCHAR,
    undoes VARCHAR,                     -- change_id this entry undoes
    recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL
);

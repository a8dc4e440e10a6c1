-- Version 4. Tables and columns are added; nothing of the former versions changes.

-- Decisions taken together (a bulk change, a paste) carry one name and are undone together.
ALTER TABLE user_limits ADD COLUMN IF NOT EXISTS change_set VARCHAR;
-- What a decision replaced may have been in another currency.
ALTER TABLE user_limits ADD COLUMN IF NOT EXISTS before_currency VARCHAR;

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
    recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL,
    change_set VARCHAR,                 -- entries made together
    before_group_id VARCHAR,            -- the group left
    side INTEGER                        -- of a refused proposal: 0, apart from all; else from other sides
);

-- customers.group_id is the group in force; this one is what the files say.
ALTER TABLE customers ADD COLUMN IF NOT EXISTS file_group_id VARCHAR;

-- Entries that stand (not undone, and no undo), under the main code of linked customers.
CREATE VIEW IF NOT EXISTS standing_user_groups AS
SELECT
    u.sequence, u.change_id, u.company_id,
    COALESCE(m.main_customer_id, u.customer_id) AS customer_id, u.group_id, u.origin, u.reason,
    u.change_set, u.side, u.recorded_at, u.recorded_by
FROM user_groups AS u
LEFT JOIN customer_mains AS m
    ON m.company_id = u.company_id AND m.customer_id = u.customer_id
WHERE u.undoes IS NULL
    AND u.change_id NOT IN (SELECT x.undoes FROM user_groups AS x WHERE x.undoes IS NOT NULL);

-- Cash forecasts kept by the user, to be compared with what then came in; never changed.
CREATE TABLE IF NOT EXISTS user_forecasts (
    forecast_id VARCHAR NOT NULL,
    as_of DATE NOT NULL,
    currency VARCHAR NOT NULL,
    week BIGINT NOT NULL,
    week_end_on DATE NOT NULL,
    expected_minor BIGINT NOT NULL,
    p10_minor BIGINT, p50_minor BIGINT, p90_minor BIGINT,
    followed_minor BIGINT NOT NULL,     -- open debits outside dispute, on the day of the forecast
    policy_version VARCHAR NOT NULL, program_version VARCHAR NOT NULL,
    kept_at TIMESTAMP NOT NULL, kept_by VARCHAR NOT NULL
);

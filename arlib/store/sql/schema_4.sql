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

-- Where letters go. Added to layers of former books; new ones have them from the first.
ALTER TABLE layer_customers ADD COLUMN IF NOT EXISTS address VARCHAR;
ALTER TABLE layer_customers ADD COLUMN IF NOT EXISTS postal_code VARCHAR;
ALTER TABLE layer_customers ADD COLUMN IF NOT EXISTS city VARCHAR;
ALTER TABLE customers ADD COLUMN IF NOT EXISTS address VARCHAR;
ALTER TABLE customers ADD COLUMN IF NOT EXISTS postal_code VARCHAR;
ALTER TABLE customers ADD COLUMN IF NOT EXISTS city VARCHAR;

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

-- Disputes opened and closed by hand, one invoice an entry; append-only, undone by a further entry.
CREATE TABLE IF NOT EXISTS user_disputes (
    sequence BIGINT NOT NULL,
    change_id VARCHAR NOT NULL,
    dispute_id VARCHAR NOT NULL,        -- change_id of its opening; F…: a dispute told by a file
    event VARCHAR NOT NULL,             -- opened, closed
    company_id VARCHAR NOT NULL,
    customer_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    happened_on DATE NOT NULL,          -- day it was opened or closed
    amount_minor BIGINT,                -- NULL: all that is open
    currency VARCHAR,
    code VARCHAR,
    owner VARCHAR,
    target_on DATE,
    outcome VARCHAR,
    text VARCHAR,
    undoes VARCHAR,                     -- change_id this entry undoes
    recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL
);
ALTER TABLE disputes ADD COLUMN IF NOT EXISTS dispute_id VARCHAR;
ALTER TABLE disputes ADD COLUMN IF NOT EXISTS owner VARCHAR;
ALTER TABLE disputes ADD COLUMN IF NOT EXISTS target_on DATE;
ALTER TABLE layer_disputes ADD COLUMN IF NOT EXISTS owner VARCHAR;
ALTER TABLE layer_disputes ADD COLUMN IF NOT EXISTS target_on DATE;

-- Entries that stand: not undone, and no undo.
CREATE VIEW IF NOT EXISTS standing_user_disputes AS
SELECT
    u.sequence, u.change_id, u.dispute_id, u.event, u.company_id, u.customer_id, u.document_id,
    md5_number_lower(u.document_id) AS document_key, u.happened_on, u.amount_minor, u.currency,
    u.code, u.owner, u.target_on, u.outcome, u.text, u.recorded_at, u.recorded_by
FROM user_disputes AS u
WHERE u.undoes IS NULL
    AND u.change_id NOT IN (SELECT x.undoes FROM user_disputes AS x WHERE x.undoes IS NOT NULL);

-- Calls have an outcome, reminders a level and a channel; the promises of a plan carry one name.
ALTER TABLE user_actions ADD COLUMN IF NOT EXISTS outcome VARCHAR;
ALTER TABLE user_actions ADD COLUMN IF NOT EXISTS level VARCHAR;
ALTER TABLE user_actions ADD COLUMN IF NOT EXISTS channel VARCHAR;
ALTER TABLE user_actions ADD COLUMN IF NOT EXISTS plan_id VARCHAR;
ALTER TABLE layer_actions ADD COLUMN IF NOT EXISTS cause VARCHAR;
ALTER TABLE layer_actions ADD COLUMN IF NOT EXISTS outcome VARCHAR;
ALTER TABLE layer_actions ADD COLUMN IF NOT EXISTS level VARCHAR;
ALTER TABLE layer_actions ADD COLUMN IF NOT EXISTS channel VARCHAR;

CREATE OR REPLACE VIEW linked_actions AS
SELECT
    a.batch_id, a.company_id, COALESCE(m.main_customer_id, a.customer_id) AS customer_id,
    a.document_id, a.kind, a.amount_minor, a.currency, a.due_on, a.taken_on, a.author, a.text,
    a.cause, a.outcome, a.level, a.channel
FROM layer_actions AS a
LEFT JOIN customer_mains AS m
    ON m.company_id = a.company_id AND m.customer_id = a.customer_id;

CREATE OR REPLACE VIEW linked_user_actions AS
SELECT
    u.sequence, u.change_id, u.company_id,
    COALESCE(m.main_customer_id, u.customer_id) AS customer_id, u.kind, u.document_ids,
    u.amount_minor, u.currency, u.due_on, u.taken_on, u.cause, u.text, u.undoes, u.recorded_at,
    u.recorded_by, u.outcome, u.level, u.channel, u.plan_id
FROM user_actions AS u
LEFT JOIN customer_mains AS m
    ON m.company_id = u.company_id AND m.customer_id = u.customer_id;

-- The user's answers to the check list (arlib/model/checklist.py); append-only, the latest counts.
CREATE TABLE IF NOT EXISTS user_answers (
    sequence BIGINT NOT NULL,
    change_id VARCHAR NOT NULL,
    question_id VARCHAR NOT NULL,
    answer VARCHAR NOT NULL,            -- yes, partly, no
    comment VARCHAR,
    undoes VARCHAR,                     -- change_id this entry undoes
    recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL
);

-- Depreciation decided by hand: claims accepted or refused, balance of account 491 at a closing.
-- Append-only, the latest standing entry of a claim, or of a company, currency and closing, counts.
CREATE TABLE IF NOT EXISTS user_depreciations (
    sequence BIGINT NOT NULL,
    change_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,              -- accepted, refused (of a claim), opening (of a company)
    company_id VARCHAR NOT NULL,
    customer_id VARCHAR, document_id VARCHAR,   -- NULL: of a company
    currency VARCHAR,
    on_date DATE NOT NULL,              -- date of the figures it was decided on; the closing
    ratio DOUBLE,                       -- accepted: share of the price excl. VAT; NULL: as proposed by age
    amount_minor BIGINT,                -- opening: balance of account 491, positive
    reason VARCHAR,
    undoes VARCHAR,                     -- change_id this entry undoes
    recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL
);

-- Closings kept by the user: what was kept of a date, with what it came from; never changed.
CREATE TABLE IF NOT EXISTS user_closings (
    closing_id VARCHAR NOT NULL,
    as_of DATE NOT NULL,
    policy_version VARCHAR NOT NULL, program_version VARCHAR NOT NULL,
    kept_at TIMESTAMP NOT NULL, kept_by VARCHAR NOT NULL
);
CREATE TABLE IF NOT EXISTS user_closing_figures (
    closing_id VARCHAR NOT NULL,
    place BIGINT NOT NULL,              -- order of the figures
    company_id VARCHAR NOT NULL,
    currency VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    bucket VARCHAR NOT NULL,            -- of the aged balance; '': of no bucket
    amount_minor BIGINT,                -- of amounts
    number DOUBLE,                      -- of days and counts
    reason VARCHAR                      -- why neither is known
);
CREATE TABLE IF NOT EXISTS user_closing_files (
    closing_id VARCHAR NOT NULL,
    batch_id VARCHAR NOT NULL,          -- imports that made the book when it was kept
    sha256 VARCHAR NOT NULL,
    file_name VARCHAR NOT NULL,
    company_id VARCHAR NOT NULL
);

-- Erasures: who, when, why and how much; never of whom (docs/decisions/012). company_id: NULL when a
-- whole company was erased.
CREATE TABLE IF NOT EXISTS purges (
    sequence BIGINT NOT NULL,
    purge_id VARCHAR NOT NULL,
    scope VARCHAR NOT NULL,             -- customer, company
    company_id VARCHAR,
    reason VARCHAR NOT NULL,
    count_lines BIGINT NOT NULL,        -- rows of files
    count_documents BIGINT NOT NULL,
    recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL
);
CREATE TABLE IF NOT EXISTS purge_tables (
    purge_id VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    count_rows BIGINT NOT NULL
);
-- What erasures took out of the totals of a file, by month: the whole file is these and its totals.
CREATE TABLE IF NOT EXISTS purged_totals (
    batch_id VARCHAR NOT NULL,
    company_id VARCHAR NOT NULL,
    account_class account_class_t NOT NULL,
    currency VARCHAR NOT NULL,
    counted_on DATE NOT NULL,           -- last day of the month, or of the file
    amount_minor BIGINT NOT NULL,
    count_lines BIGINT NOT NULL
);

-- Version 2. A new book already has the columns that the contract names: IF NOT EXISTS.
ALTER TABLE layer_documents ADD COLUMN IF NOT EXISTS is_lettered BOOLEAN;

-- What was done to an import and when: states as they were known at a past date.
CREATE TABLE batch_events (
    batch_id VARCHAR NOT NULL, event VARCHAR NOT NULL, -- imported, undone, taken_back
    recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL
);
INSERT INTO batch_events
SELECT batch_id, 'imported', imported_at, imported_by FROM batches
UNION ALL
SELECT batch_id, 'undone', undone_at, undone_by FROM batches WHERE undone_at IS NOT NULL;

-- Codes that the user declared to be one customer; append-only, the latest entry of a code counts.
CREATE TABLE customer_links (
    sequence BIGINT NOT NULL,
    change_id VARCHAR NOT NULL,
    company_id VARCHAR NOT NULL,
    customer_id VARCHAR NOT NULL,
    main_customer_id VARCHAR,           -- NULL: the link is undone
    reason VARCHAR,
    recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL
);

-- Terms fixed by hand, dated; append-only: they stand before the file's terms of the customer.
CREATE TABLE user_terms (
    sequence BIGINT NOT NULL,
    change_id VARCHAR NOT NULL,
    company_id VARCHAR NOT NULL,
    customer_id VARCHAR NOT NULL,
    terms VARCHAR,                      -- NULL: removed from that date on
    valid_from DATE,                    -- NULL: all past dates
    reason VARCHAR,
    undoes VARCHAR,
    recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL
);

-- Proposals of the cash application that the user accepted or refused; append-only.
CREATE TABLE match_decisions (
    sequence BIGINT NOT NULL,
    change_id VARCHAR NOT NULL,
    company_id VARCHAR NOT NULL,
    debit_key UBIGINT NOT NULL,
    credit_key UBIGINT NOT NULL,
    debit_document_id VARCHAR NOT NULL,
    credit_document_id VARCHAR NOT NULL,
    amount_minor BIGINT,                -- NULL: as much as both allow
    rule rule_t,                        -- the rule of the proposal
    decision VARCHAR NOT NULL,          -- accepted, refused, undone
    undoes VARCHAR,
    recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL
);

-- Codes resolved to their main one, for the joins: empty while nothing is linked.
CREATE TABLE customer_mains (
    company_id VARCHAR NOT NULL,
    customer_id VARCHAR NOT NULL,
    customer_key UBIGINT NOT NULL,
    main_customer_id VARCHAR NOT NULL,
    main_key UBIGINT NOT NULL
);

-- What is said of a customer outside the book's tables, under his main code.
CREATE VIEW linked_limits AS
SELECT
    l.batch_id, l.company_id, l.change_id, l.scope,
    COALESCE(m.main_customer_id, l.scope_id) AS scope_id, l.source, l.amount_minor, l.currency,
    l.valid_from, l.valid_to, l.cover_ratio, l.is_refused, l.decided_by, l.decided_at, l.reason,
    l.origin
FROM layer_limits AS l
LEFT JOIN customer_mains AS m
    ON l.scope = 'customer' AND m.company_id = l.company_id AND m.customer_id = l.scope_id;

CREATE VIEW linked_user_limits AS
SELECT
    u.sequence, u.company_id, u.change_id, u.scope,
    COALESCE(m.main_customer_id, u.scope_id) AS scope_id, u.source, u.amount_minor, u.currency,
    u.valid_from, u.valid_to, u.cover_ratio, u.is_refused, u.decided_by, u.decided_at, u.reason,
    u.origin, u.before_minor, u.undoes
FROM user_limits AS u
LEFT JOIN customer_mains AS m
    ON u.scope = 'customer' AND m.company_id = u.company_id AND m.customer_id = u.scope_id;

CREATE VIEW linked_commitments AS
SELECT
    c.batch_id, c.company_id, COALESCE(m.main_customer_id, c.customer_id) AS customer_id, c.kind,
    c.amount_minor, c.currency, c.expected_on, c.extracted_on
FROM layer_commitments AS c
LEFT JOIN customer_mains AS m
    ON m.company_id = c.company_id AND m.customer_id = c.customer_id;

CREATE VIEW linked_sales AS
SELECT
    s.batch_id, s.company_id, COALESCE(m.main_customer_id, s.customer_id) AS customer_id,
    s.month_on, s.amount_minor, s.currency, s.basis
FROM layer_sales AS s
LEFT JOIN customer_mains AS m
    ON m.company_id = s.company_id AND m.customer_id = s.customer_id;

-- Ledger files of companies that have several: the book's years (arlib/store/pairing.py).
CREATE TABLE ledger_years (
    company_id VARCHAR NOT NULL,
    batch_id VARCHAR NOT NULL,
    starts_on DATE,                     -- NULL: opens no year after another
    previous_batch_ids VARCHAR,         -- NULL with starts_on: a year is missing in between
    ends_on DATE                        -- from then on later opening lines restate it
);

-- Opening lines of a year whose earlier files are in the book, and what each repeats.
CREATE TABLE opening_pairings (
    customer_key UBIGINT NOT NULL,
    batch_key UBIGINT NOT NULL,
    opening_key UBIGINT NOT NULL,
    older_batch_key UBIGINT,
    document_key UBIGINT,               -- NULL: stands for several lines, or for none
    account_class account_class_t NOT NULL,
    currency VARCHAR NOT NULL,
    amount_minor BIGINT NOT NULL,
    starts_on DATE NOT NULL,
    how VARCHAR                         -- NULL: unpaired, it stays
);

-- What the cash application only suggests; rows of one customer and number go together.
CREATE TABLE match_proposals (
    customer_key UBIGINT NOT NULL,
    proposal_no BIGINT NOT NULL,
    debit_key UBIGINT NOT NULL,
    credit_key UBIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    rule rule_t NOT NULL,
    confidence DOUBLE NOT NULL
);

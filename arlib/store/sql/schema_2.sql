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
    decision VARCHAR NOT NULL,          -- accepted, refused, undone
    undoes VARCHAR,
    recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL
);

-- Version 3. Tables are added; nothing of the former versions changes.

-- How long each invoice was owed, then cleared: one row for nearly all of them.
CREATE TABLE IF NOT EXISTS invoice_clearings (
    customer_key UBIGINT NOT NULL,
    currency VARCHAR USING COMPRESSION dictionary NOT NULL,
    document_key UBIGINT NOT NULL,
    issued_on DATE NOT NULL,
    due_on DATE NOT NULL,               -- as known then
    amount_minor BIGINT NOT NULL,
    owed_from DATE NOT NULL,            -- more than the tolerance remains due from then on
    cleared_from DATE NOT NULL,         -- until then; 9999-12-31 while it is owed
    cleared_to DATE NOT NULL,           -- owed again (a payment bounced), or otherwise, from then on
    cleared_on DATE,                    -- date of the last cash that cleared it, else cleared_from
    is_cash BOOLEAN,
    confidence DOUBLE                   -- lowest of the allocations that cleared it
);

-- The same as intervals of knowledge: from_on <= D and to_on > D is what D knows of each invoice.
-- cleared_on is NULL while it is owed; is_cash is false when credit notes alone cleared it.
CREATE VIEW IF NOT EXISTS clearances AS
SELECT
    customer_key, currency, document_key, issued_on, due_on, amount_minor,
    CAST(NULL AS DATE) AS cleared_on, FALSE AS is_cash, CAST(1.0 AS DOUBLE) AS confidence,
    owed_from AS from_on, cleared_from AS to_on
FROM invoice_clearings WHERE owed_from < cleared_from
UNION ALL
SELECT
    customer_key, currency, document_key, issued_on, due_on, amount_minor, cleared_on, is_cash,
    confidence, cleared_from, cleared_to
FROM invoice_clearings WHERE cleared_from < cleared_to;

-- Net sales of whole companies by month of the document, for the series of a whole book.
CREATE TABLE IF NOT EXISTS company_sales (
    company_id VARCHAR NOT NULL,
    currency VARCHAR USING COMPRESSION dictionary NOT NULL,
    month_on DATE NOT NULL,
    sales_minor BIGINT NOT NULL,
    count_invoices BIGINT NOT NULL,
    billed_minor BIGINT NOT NULL,
    credit_note_minor BIGINT NOT NULL
);

-- What the user keeps about a customer: notes, causes of lateness, promises, reviews; append-only.
CREATE TABLE IF NOT EXISTS user_actions (
    sequence BIGINT NOT NULL,
    change_id VARCHAR NOT NULL,
    company_id VARCHAR NOT NULL,
    customer_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,              -- note, cause, promise, review
    document_ids VARCHAR,               -- natural keys, one a line; NULL: the customer
    amount_minor BIGINT,
    currency VARCHAR,
    due_on DATE,                        -- promised for, or to be reviewed on
    taken_on DATE NOT NULL,
    cause VARCHAR,
    text VARCHAR,
    undoes VARCHAR,                     -- change_id this entry undoes
    recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL
);

-- Segments fixed by hand; append-only, the latest decision of a customer counts.
CREATE TABLE IF NOT EXISTS user_overrides (
    sequence BIGINT NOT NULL,
    change_id VARCHAR NOT NULL,
    company_id VARCHAR NOT NULL,
    customer_id VARCHAR NOT NULL,
    segment VARCHAR,                    -- NULL: the computed one counts again
    valid_from DATE NOT NULL,
    expires_on DATE,                    -- last day; NULL: until it is changed
    reason VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL
);

-- Outside scores and ratios. A new book already has the table that the contract names.
CREATE TABLE IF NOT EXISTS layer_financials (
    batch_id VARCHAR NOT NULL,
    company_id VARCHAR NOT NULL,
    customer_id VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    value DOUBLE,
    text VARCHAR,
    scale VARCHAR,
    measured_on DATE
);

-- The same under the main code of linked ones.
CREATE VIEW IF NOT EXISTS linked_actions AS
SELECT
    a.batch_id, a.company_id, COALESCE(m.main_customer_id, a.customer_id) AS customer_id,
    a.document_id, a.kind, a.amount_minor, a.currency, a.due_on, a.taken_on, a.author, a.text
FROM layer_actions AS a
LEFT JOIN customer_mains AS m
    ON m.company_id = a.company_id AND m.customer_id = a.customer_id;

CREATE VIEW IF NOT EXISTS linked_user_actions AS
SELECT
    u.sequence, u.change_id, u.company_id,
    COALESCE(m.main_customer_id, u.customer_id) AS customer_id, u.kind, u.document_ids,
    u.amount_minor, u.currency, u.due_on, u.taken_on, u.cause, u.text, u.undoes, u.recorded_at,
    u.recorded_by
FROM user_actions AS u
LEFT JOIN customer_mains AS m
    ON m.company_id = u.company_id AND m.customer_id = u.customer_id;

CREATE VIEW IF NOT EXISTS linked_overrides AS
SELECT
    u.sequence, u.change_id, u.company_id,
    COALESCE(m.main_customer_id, u.customer_id) AS customer_id, u.segment, u.valid_from,
    u.expires_on, u.reason, u.recorded_at, u.recorded_by
FROM user_overrides AS u
LEFT JOIN customer_mains AS m
    ON m.company_id = u.company_id AND m.customer_id = u.customer_id;

CREATE VIEW IF NOT EXISTS linked_financials AS
SELECT
    f.batch_id, f.company_id, COALESCE(m.main_customer_id, f.customer_id) AS customer_id,
    f.measure, f.value, f.text, f.scale, f.measured_on
FROM layer_financials AS f
LEFT JOIN customer_mains AS m
    ON m.company_id = f.company_id AND m.customer_id = f.customer_id;

-- Promises that stand, one row a document named (none: the customer).
CREATE VIEW IF NOT EXISTS linked_promises AS
SELECT
    p.company_id, p.customer_id, p.taken_on, p.document_id,
    CASE WHEN p.document_id IS NOT NULL THEN md5_number_lower(p.document_id) END AS document_key
FROM (
    SELECT l.company_id, l.customer_id, l.taken_on, l.document_id
    FROM linked_actions AS l
    JOIN live_batches AS b ON b.batch_id = l.batch_id
    WHERE l.kind = 'promise'
    UNION ALL
    SELECT u.company_id, u.customer_id, u.taken_on,
        UNNEST(CASE WHEN u.document_ids IS NULL THEN [NULL]
            ELSE STRING_SPLIT(u.document_ids, CHR(10)) END)
    FROM linked_user_actions AS u
    WHERE u.kind = 'promise' AND u.undoes IS NULL
        AND u.change_id NOT IN (SELECT undoes FROM user_actions WHERE undoes IS NOT NULL)
) AS p;

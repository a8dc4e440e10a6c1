-- Allocations with what behaviour needs copied on them, so that no figure joins them again.
-- They come from the file whose version of the debit counts (same batch on both sides).
-- Step by step: one join a statement, on the document alone (its key names the company), so that no
-- planner ties the two sides of an allocation by their company.
CREATE OR REPLACE TEMP TABLE t_debited AS
SELECT
    d.no AS debit_no, d.issued_on AS debit_issued_on, a.credit_key, a.allocated_on,
    a.matched_on, a.allocated_after_on, a.amount_minor, a.rule,
    COALESCE(a.confidence, 1.0) AS confidence, a.batch_id
FROM layer_allocations AS a
JOIN t_documents AS d ON d.no = a.debit_key
WHERE d.batch_id = a.batch_id;

CREATE OR REPLACE TEMP TABLE t_allocations AS
SELECT
    a.debit_no, c.no AS credit_no,
    GREATEST(
        CASE WHEN a.amount_minor > 0 AND a.rule <> 'inferred'
            THEN a.debit_issued_on ELSE a.allocated_on END,
        a.debit_issued_on, c.issued_on
    ) AS allocated_on,
    a.matched_on, a.allocated_after_on, a.amount_minor, a.rule, a.confidence, a.batch_id
FROM t_debited AS a
JOIN t_documents AS c ON c.no = a.credit_key;

INSERT INTO t_allocations
SELECT
    CASE WHEN d.amount_minor > 0 THEN i.no ELSE i.new_no END,
    CASE WHEN d.amount_minor > 0 THEN i.new_no ELSE i.no END,
    i.extracted_on, NULL, i.previous_on, ABS(i.drop_minor), 'inferred',
    CASE WHEN i.previous_on IS NULL THEN 0.3 ELSE 0.6 END, d.batch_id
FROM t_inferred AS i
JOIN t_documents AS d ON d.no = i.no
WHERE i.is_settlement;

DELETE FROM allocations
WHERE EXISTS (
    SELECT 1 FROM touched AS t
    WHERE t.company_id = allocations.company_id AND t.customer_id = allocations.customer_id
);

INSERT INTO allocations
SELECT
    d.company_id, d.customer_id, d.no, c.no, c.customer_id, d.invoice_no,
    d.account_class, d.kind, c.kind, d.currency, a.allocated_on, a.matched_on,
    a.allocated_after_on, d.issued_on, d.due_on, c.issued_on, a.amount_minor, a.rule,
    a.confidence, a.batch_id
FROM t_allocations AS a
JOIN t_documents AS d ON d.no = a.debit_no
JOIN t_documents AS c ON c.no = a.credit_no;

DELETE FROM documents
WHERE EXISTS (
    SELECT 1 FROM touched AS t
    WHERE t.company_id = documents.company_id AND t.customer_id = documents.customer_id
);

INSERT INTO documents
SELECT
    company_id, customer_id, no, invoice_no, batch_id, account_class, kind, is_cash_sale,
    number, issued_on, posted_on, due_on, due_source, amount_minor, tax_minor, currency,
    amount_company_minor
FROM t_documents;

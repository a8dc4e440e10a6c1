-- Allocations with what behaviour needs copied on them, so that no figure joins them again.
-- They come from the file whose version of the debit counts. Joined on the documents alone (the key
-- names the company): tying both sides by their company as well leads planners to a cross product.
DELETE FROM allocations
WHERE EXISTS (
    SELECT 1 FROM touched AS t
    WHERE t.company_id = allocations.company_id AND t.customer_id = allocations.customer_id
);

INSERT INTO allocations
SELECT
    d.company_id, d.customer_id, d.no, c.no, c.customer_id, d.invoice_no, d.account_class, d.kind,
    c.kind, d.currency,
    GREATEST(
        CASE WHEN a.amount_minor > 0 AND a.rule <> 'inferred' THEN d.issued_on ELSE a.allocated_on END,
        d.issued_on, c.issued_on
    ),
    a.matched_on, a.allocated_after_on, d.issued_on, d.due_on, c.issued_on, a.amount_minor,
    a.rule, COALESCE(a.confidence, 1.0), a.batch_id
FROM layer_allocations AS a
JOIN t_documents AS d ON d.no = a.debit_key
JOIN t_documents AS c ON c.no = a.credit_key
WHERE d.batch_id = a.batch_id;

INSERT INTO allocations
SELECT
    d.company_id, d.customer_id, d.no, c.no, c.customer_id, d.invoice_no, d.account_class, d.kind,
    c.kind, d.currency, i.extracted_on, NULL, i.previous_on, d.issued_on, d.due_on, c.issued_on,
    ABS(i.drop_minor), 'inferred', CASE WHEN i.previous_on IS NULL THEN 0.3 ELSE 0.6 END, d.batch_id
FROM t_inferred AS i
JOIN t_documents AS o ON o.no = i.no
JOIN t_documents AS d ON d.no = CASE WHEN o.amount_minor > 0 THEN i.no ELSE i.new_no END
JOIN t_documents AS c ON c.no = CASE WHEN o.amount_minor > 0 THEN i.new_no ELSE i.no END
WHERE i.is_settlement;

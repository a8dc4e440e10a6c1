-- The payments that extractions imply, set against their documents: in effect at the extraction,
-- paid in the middle of the interval in which the document left the list.
INSERT INTO allocations
SELECT
    d.customer_key, d.no, c.no, c.customer_key, d.invoice_no, d.account_class, d.kind,
    c.kind, d.currency, i.extracted_on, NULL, i.previous_on, d.issued_on, d.due_on,
    COALESCE(i.previous_on + CAST((i.extracted_on - i.previous_on) // 2 AS INTEGER), c.issued_on),
    ABS(i.drop_minor), 'inferred', CASE WHEN i.previous_on IS NULL THEN 0.3 ELSE 0.6 END
FROM t_inferred AS i
JOIN t_documents AS o ON o.no = i.no
JOIN t_documents AS d ON d.no = CASE WHEN o.amount_minor > 0 THEN i.no ELSE i.new_no END
JOIN t_documents AS c ON c.no = CASE WHEN o.amount_minor > 0 THEN i.new_no ELSE i.no END
WHERE i.is_settlement;

-- Invoices that wait for a payment at the date; a rest within the tolerance waits for none.
SELECT
    c.company_id, c.customer_id, b.currency, b.document_key, b.issued_on, b.due_on, b.open_minor,
    COALESCE(d.document_key IS NOT NULL, FALSE) AS is_disputed
FROM document_balances AS b
JOIN clearances AS x
    ON x.document_key = b.document_key AND x.from_on <= $as_of AND x.to_on > $as_of
    AND x.cleared_on IS NULL
JOIN customers AS c ON c.customer_key = b.customer_key
LEFT JOIN (
    SELECT DISTINCT document_key FROM disputes WHERE NOT is_undated AND opened_on <= $as_of
) AS d ON d.document_key = b.document_key
WHERE b.from_on <= $as_of AND b.to_on > $as_of AND b.open_minor > 0
ORDER BY c.company_id, c.customer_id, b.due_on, b.document_key

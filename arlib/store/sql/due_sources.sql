SELECT
    c.company_id, b.currency, d.due_source, COUNT(*) AS count,
    CAST(SUM(b.open_minor) AS BIGINT) AS amount_minor
FROM document_balances AS b
JOIN documents AS d ON d.document_key = b.document_key
JOIN customers AS c ON c.customer_key = b.customer_key
WHERE b.from_on <= $as_of AND b.to_on > $as_of AND b.open_minor > 0
    AND b.account_class IN ('receivable', 'doubtful', 'retention')
GROUP BY c.company_id, b.currency, d.due_source
ORDER BY 1, 2, 3

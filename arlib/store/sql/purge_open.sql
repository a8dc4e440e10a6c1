-- What the erased customers owe at the last date of their company, and in how many open documents.
SELECT b.currency, CAST(SUM(b.open_minor) AS BIGINT) AS open_minor, CAST(COUNT(*) AS BIGINT) AS count
FROM document_balances AS b
JOIN customers AS c ON c.customer_key = b.customer_key
JOIN t_purged AS p ON p.customer_key = c.customer_key
JOIN companies AS k ON k.company_id = c.company_id
WHERE b.from_on <= k.last_date AND b.to_on > k.last_date
    AND b.account_class IN ('receivable', 'doubtful', 'retention')
GROUP BY b.currency
ORDER BY b.currency

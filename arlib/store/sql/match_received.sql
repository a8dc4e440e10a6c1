-- Cash received up to the date, by company and currency.
SELECT
    c.company_id, d.currency, COUNT(*) AS count,
    CAST(-SUM(d.amount_minor) AS BIGINT) AS receipts_minor
FROM documents AS d
JOIN customers AS c ON c.customer_key = d.customer_key
WHERE d.issued_on <= $as_of AND d.kind IN ('payment', 'deposit') AND d.amount_minor < 0
    AND d.account_class IN ('receivable', 'doubtful', 'retention')
    AND ($customer IS NULL OR c.customer_id = $customer)
GROUP BY c.company_id, d.currency
ORDER BY c.company_id, d.currency

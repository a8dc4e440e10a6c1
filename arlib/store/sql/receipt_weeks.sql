-- Cash received in each of the weeks that end at the date: week 1 is the last seven days.
SELECT
    c.company_id, d.currency, CAST(($as_of - d.issued_on) // 7 AS BIGINT) + 1 AS week,
    CAST(-SUM(d.amount_minor) AS BIGINT) AS receipts_minor, COUNT(*) AS count_receipts
FROM documents AS d
JOIN customers AS c ON c.customer_key = d.customer_key
WHERE d.kind IN ('payment', 'deposit') AND d.amount_minor < 0
    AND d.issued_on > $first AND d.issued_on <= $as_of
    AND d.account_class IN ('receivable', 'doubtful', 'retention')
GROUP BY c.company_id, d.currency, CAST(($as_of - d.issued_on) // 7 AS BIGINT) + 1
ORDER BY c.company_id, d.currency, week

-- Mean and median delay of the paid invoices of each customer, and of all (no customer).
SELECT
    c.company_id, c.customer_id, COUNT(*) AS count_paid,
    CAST(SUM(x.cleared_on - x.due_on) AS DOUBLE) / COUNT(*) AS mean_days,
    QUANTILE_CONT(x.cleared_on - x.due_on, 0.5) AS median_days
FROM clearances AS x
JOIN customers AS c ON c.customer_key = x.customer_key
WHERE x.from_on <= $as_of AND x.to_on > $as_of AND x.is_cash AND x.confidence >= $min_confidence
GROUP BY GROUPING SETS ((c.company_id, c.customer_id), (c.company_id))
ORDER BY c.company_id, c.customer_id

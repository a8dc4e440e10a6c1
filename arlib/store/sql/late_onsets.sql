-- The last day, after $start, on which an invoice of each customer passed $late days after its due date
-- and was still unpaid, as known at the date. What was settled without cash is left out.
SELECT
    c.company_id, c.customer_id, MAX(x.due_on + $late + 1) AS late_on,
    COUNT(*) AS count_late
FROM clearances AS x
JOIN customers AS c ON c.customer_key = x.customer_key
WHERE x.from_on <= $as_of AND x.to_on > $as_of
    AND (x.cleared_on IS NULL OR (x.is_cash AND x.confidence >= $min_confidence))
    AND COALESCE(x.cleared_on, $as_of) - x.due_on > $late
    AND x.due_on + $late + 1 > $start
GROUP BY c.company_id, c.customer_id
ORDER BY c.company_id, c.customer_id

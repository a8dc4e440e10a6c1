-- What fell due in the days after each cut and how much of it was late, as known at the date.
SELECT
    c.company_id, c.customer_id, x.currency, k.cut_on,
    CAST(SUM(x.amount_minor) AS BIGINT) AS due_minor,
    CAST(SUM(CASE WHEN COALESCE(x.cleared_on, $as_of) - x.due_on > $late THEN x.amount_minor ELSE 0 END) AS BIGINT)
        AS late_minor
FROM clearances AS x
JOIN (SELECT UNNEST($cuts) AS cut_on) AS k ON x.due_on > k.cut_on AND x.due_on <= k.cut_on + $days
JOIN customers AS c ON c.customer_key = x.customer_key
WHERE x.from_on <= $as_of AND x.to_on > $as_of
    AND (x.cleared_on IS NULL OR (x.is_cash AND x.confidence >= $min_confidence))
GROUP BY c.company_id, c.customer_id, x.currency, k.cut_on

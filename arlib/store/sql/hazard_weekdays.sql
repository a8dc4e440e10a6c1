-- Dates on which customers paid, counted by day of the week (0 Monday).
WITH kept AS (
    SELECT
        customer_key,
        ROW_NUMBER() OVER (ORDER BY company_id, customer_id) AS customer_no
    FROM customers
    WHERE NOT COALESCE(is_collective, FALSE) AND NOT COALESCE(is_intercompany, FALSE)
)
SELECT c.customer_no, p.weekday, p.count_dates
FROM (
    SELECT
        customer_key,
        CAST(EXTRACT(ISODOW FROM cleared_on) - 1 AS BIGINT) AS weekday,
        COUNT(DISTINCT cleared_on) AS count_dates
    FROM clearances
    WHERE from_on <= $as_of AND to_on > $as_of AND is_cash AND confidence >= $min_confidence
    GROUP BY 1, 2
) AS p
JOIN kept AS c ON c.customer_key = p.customer_key
ORDER BY c.customer_no, p.weekday

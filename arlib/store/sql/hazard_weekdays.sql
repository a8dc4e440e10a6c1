-- Dates on which customers paid, counted by day of the week (0 Monday).
WITH kept AS (
    SELECT
        customer_key,
        ROW_NUMBER() OVER (ORDER BY company_id, customer_id) AS customer_no
    FROM customers
    WHERE NOT COALESCE(is_collective, FALSE) AND NOT COALESCE(is_intercompany, FALSE)
)
SELECT c.customer_no, p.weekday, COUNT(*) AS count_dates
FROM (
    SELECT DISTINCT
        customer_key, cleared_on,
        CAST(EXTRACT(ISODOW FROM cleared_on) - 1 AS BIGINT) AS weekday
    FROM clearances
    WHERE from_on <= $as_of AND to_on > $as_of AND is_cash AND confidence >= $min_confidence
) AS p
JOIN kept AS c ON c.customer_key = p.customer_key
GROUP BY c.customer_no, p.weekday
ORDER BY c.customer_no, p.weekday

-- Exposure of each customer's invoices on the axis of delays, on the days asked, as differences: where
-- weight comes in (kind 0) and where it goes out: after the day, still open (1), credited (2) or paid (3).
-- Weights as in hazard_customers: their sums are exact, so rows need no order.
WITH asked AS (
    SELECT UNNEST($days) AS day
),
kept AS (
    SELECT
        customer_key,
        ROW_NUMBER() OVER (ORDER BY company_id, customer_id) AS customer_no
    FROM customers
    WHERE NOT COALESCE(is_collective, FALSE) AND NOT COALESCE(is_intercompany, FALSE)
),
disputed AS (
    SELECT document_key, MIN(opened_on) AS opened_on
    FROM disputes WHERE NOT is_undated AND opened_on <= $as_of
    GROUP BY document_key
),
known AS MATERIALIZED (
    SELECT
        a.day AS asked_on, x.customer_key,
        COALESCE(d.opened_on <= COALESCE(x.cleared_on, a.day), FALSE) AS is_disputed,
        CASE WHEN x.cleared_on IS NULL THEN 1 WHEN x.is_cash THEN 3 ELSE 2 END AS kind,
        x.issued_on - x.due_on + 1 AS first_day,
        COALESCE(x.cleared_on, a.day) - x.due_on AS last_day,
        CAST(ROUND(1073741824 * POWER(0.5, (a.day - COALESCE(x.cleared_on, a.day)) / $half_life))
            AS BIGINT) AS weight
    FROM clearances AS x
    JOIN asked AS a ON x.from_on <= a.day AND x.to_on > a.day
    LEFT JOIN disputed AS d ON d.document_key = x.document_key AND d.opened_on <= a.day
    WHERE x.confidence >= $min_confidence
),
summed AS (
    SELECT
        asked_on, customer_key, is_disputed, kind = 1 AS is_open, 0 AS kind,
        CASE WHEN kind = 3 THEN LEAST(first_day, last_day) ELSE first_day END AS day,
        SUM(weight) AS weight
    FROM known
    GROUP BY 1, 2, 3, 4, 6
    UNION ALL
    SELECT asked_on, customer_key, is_disputed, kind = 1, kind, last_day, SUM(weight)
    FROM known
    GROUP BY asked_on, customer_key, is_disputed, kind, last_day
)
SELECT
    s.asked_on, c.customer_no, s.is_disputed, s.is_open, CAST(s.kind AS UTINYINT) AS kind, s.day,
    CAST(s.weight AS DOUBLE) / 1073741824 AS weight
FROM summed AS s
JOIN kept AS c ON c.customer_key = s.customer_key

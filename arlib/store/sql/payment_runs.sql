-- One row per day asked, customer and date on which he paid: one decision of his, however many
-- invoices.
WITH asked AS (
    SELECT UNNEST($days) AS day
),
runs AS MATERIALIZED (
    SELECT
        a.day, x.customer_key, x.cleared_on AS paid_on, COUNT(*) AS count_invoices,
        AVG(CAST(x.cleared_on - x.due_on AS DOUBLE)) AS delay_days,
        AVG(CAST(GREATEST(-30, LEAST(90, x.cleared_on - x.due_on)) AS DOUBLE)) AS clipped_days
    FROM clearances AS x
    JOIN asked AS a ON x.from_on <= a.day AND x.to_on > a.day
    WHERE x.cleared_on IS NOT NULL AND x.is_cash AND x.confidence >= $min_confidence
    GROUP BY a.day, x.customer_key, x.cleared_on
),
-- Ranking every run of the book costs three times the rest: only those who have more are ranked.
latest AS (
    SELECT day, customer_key, MIN(paid_on) AS since
    FROM (
        SELECT
            r.day, r.customer_key, r.paid_on,
            ROW_NUMBER() OVER (PARTITION BY r.day, r.customer_key ORDER BY r.paid_on DESC)
                AS rank_no
        FROM runs AS r
        JOIN (
            SELECT day, customer_key FROM runs GROUP BY day, customer_key HAVING COUNT(*) > $most
        ) AS m ON m.day = r.day AND m.customer_key = r.customer_key
    ) AS ranked
    WHERE rank_no <= $most
    GROUP BY day, customer_key
),
named AS (
    SELECT
        customer_key, company_id, customer_id,
        ROW_NUMBER() OVER (ORDER BY company_id, customer_id) AS place
    FROM customers
)
SELECT
    r.day, c.company_id, c.customer_id, r.paid_on, r.delay_days, r.clipped_days, r.count_invoices
FROM runs AS r
JOIN named AS c ON c.customer_key = r.customer_key
LEFT JOIN latest AS l ON l.customer_key = r.customer_key AND l.day = r.day
WHERE l.since IS NULL OR r.paid_on >= l.since
ORDER BY r.day, c.place, r.paid_on

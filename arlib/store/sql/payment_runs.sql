-- One row per customer and date on which he paid: one decision of his, however many invoices.
WITH runs AS MATERIALIZED (
    SELECT
        customer_key, cleared_on AS paid_on, COUNT(*) AS count_invoices,
        AVG(CAST(cleared_on - due_on AS DOUBLE)) AS delay_days,
        AVG(CAST(GREATEST(-30, LEAST(90, cleared_on - due_on)) AS DOUBLE)) AS clipped_days
    FROM clearances
    WHERE from_on <= $as_of AND to_on > $as_of AND cleared_on IS NOT NULL AND is_cash
        AND confidence >= $min_confidence
    GROUP BY customer_key, cleared_on
),
-- Ranking every run of the book costs three times the rest: only those who have more are ranked.
latest AS (
    SELECT customer_key, MIN(paid_on) AS since
    FROM (
        SELECT
            customer_key, paid_on,
            ROW_NUMBER() OVER (PARTITION BY customer_key ORDER BY paid_on DESC) AS rank_no
        FROM runs
        WHERE customer_key IN (
            SELECT customer_key FROM runs GROUP BY customer_key HAVING COUNT(*) > $most
        )
    ) AS ranked
    WHERE rank_no <= $most
    GROUP BY customer_key
),
named AS (
    SELECT
        customer_key, company_id, customer_id,
        ROW_NUMBER() OVER (ORDER BY company_id, customer_id) AS place
    FROM customers
)
SELECT
    c.company_id, c.customer_id, r.paid_on, r.delay_days, r.clipped_days, r.count_invoices
FROM runs AS r
JOIN named AS c ON c.customer_key = r.customer_key
LEFT JOIN latest AS l ON l.customer_key = r.customer_key
WHERE l.since IS NULL OR r.paid_on >= l.since
ORDER BY c.place, r.paid_on

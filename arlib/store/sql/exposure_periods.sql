-- Daily exposure E1 by period between the days asked: what it moved in each and the most it reached at
-- the end of a day of movement. Before the first day everything is one period.
WITH daily AS (
    SELECT d.customer_key, d.currency, d.day, SUM(d.delta_minor) AS delta_minor
    FROM exposure_deltas AS d
    WHERE d.day <= $as_of AND d.account_class IN ('receivable', 'doubtful', 'retention')
    GROUP BY d.customer_key, d.currency, d.day
),
levels AS (
    SELECT
        customer_key, currency, day, delta_minor,
        SUM(delta_minor) OVER (PARTITION BY customer_key, currency ORDER BY day) AS level_minor
    FROM daily
),
periods AS (
    SELECT UNNEST(CAST($starts AS DATE[])) AS start_on, UNNEST(CAST($ends AS DATE[])) AS end_on
)
SELECT
    p.end_on AS day, c.company_id, c.customer_id, l.currency,
    CAST(SUM(l.delta_minor) AS BIGINT) AS moved_minor, CAST(MAX(l.level_minor) AS BIGINT) AS peak_minor
FROM levels AS l
JOIN periods AS p ON l.day > p.start_on AND l.day <= p.end_on
JOIN customers AS c ON c.customer_key = l.customer_key
GROUP BY p.end_on, c.company_id, c.customer_id, l.currency
ORDER BY c.company_id, c.customer_id, l.currency, p.end_on

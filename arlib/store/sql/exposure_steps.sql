-- Exposure E1 as steps: the opening of the window, then one row a day of movement.
SELECT
    company_id, customer_id, currency, day,
    CAST(SUM(delta_minor) OVER (
        PARTITION BY company_id, customer_id, currency ORDER BY day
    ) AS BIGINT) AS exposure_minor
FROM (
    SELECT company_id, customer_id, currency,
        CASE WHEN day <= $start THEN $start ELSE day END AS day,
        SUM(delta_minor) AS delta_minor
    FROM exposure_deltas
    WHERE day <= $as_of AND account_class IN ('receivable', 'doubtful', 'retention')
    GROUP BY company_id, customer_id, currency, CASE WHEN day <= $start THEN $start ELSE day END
) AS daily
ORDER BY company_id, customer_id, currency, day

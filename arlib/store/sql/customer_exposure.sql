-- Exposure E1 of one customer, as steps: the opening of the window, then one row a day of movement.
SELECT
    g.currency, g.day,
    CAST(SUM(g.delta_minor) OVER (PARTITION BY g.currency ORDER BY g.day) AS BIGINT)
        AS exposure_minor
FROM (
    SELECT d.currency, CASE WHEN d.day <= $start THEN $start ELSE d.day END AS day,
        SUM(d.delta_minor) AS delta_minor
    FROM exposure_deltas AS d
    JOIN customers AS c ON c.customer_key = d.customer_key
    WHERE c.company_id = $only_company AND c.customer_id = $customer AND d.day <= $as_of
        AND d.account_class IN ('receivable', 'doubtful', 'retention')
    GROUP BY d.currency, CASE WHEN d.day <= $start THEN $start ELSE d.day END
) AS g
ORDER BY g.currency, g.day

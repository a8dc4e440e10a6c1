-- Exposure E1 of the customers a limit concerns, as steps: the opening of the window, then one row a
-- day of movement.
SELECT
    c.company_id, c.customer_id, g.currency, g.day,
    CAST(SUM(g.delta_minor) OVER (
        PARTITION BY g.customer_key, g.currency ORDER BY g.day
    ) AS BIGINT) AS exposure_minor
FROM (
    SELECT d.customer_key, d.currency,
        CASE WHEN d.day <= $start THEN $start ELSE d.day END AS day,
        SUM(d.delta_minor) AS delta_minor
    FROM exposure_deltas AS d
    WHERE d.day <= $as_of AND d.account_class IN ('receivable', 'doubtful', 'retention')
        AND d.customer_key IN (
            SELECT k.customer_key FROM customers AS k
            JOIN (
                SELECT l.company_id, l.scope, l.scope_id FROM linked_limits AS l
                JOIN live_batches AS b ON b.batch_id = l.batch_id
                UNION ALL
                SELECT company_id, scope, scope_id FROM linked_user_limits
            ) AS l ON l.company_id = k.company_id
                AND (l.scope = 'all'
                    OR (l.scope = 'customer' AND l.scope_id = k.customer_id)
                    OR (l.scope = 'category' AND l.scope_id = k.category)
                    OR (l.scope = 'group' AND l.scope_id = k.group_id))
        )
    GROUP BY d.customer_key, d.currency, CASE WHEN d.day <= $start THEN $start ELSE d.day END
) AS g
JOIN customers AS c ON c.customer_key = g.customer_key
ORDER BY c.company_id, c.customer_id, g.currency, g.day

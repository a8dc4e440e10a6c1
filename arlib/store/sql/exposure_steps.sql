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
            -- what a limit can name, one row a customer and scope: an equality joins ten thousand
            -- limits with as many customers, alternatives would compare each with each
            SELECT k.customer_key FROM (
                SELECT customer_key, company_id, 'customer' AS scope, customer_id AS scope_id
                FROM customers
                UNION ALL
                SELECT customer_key, company_id, 'category', category FROM customers
                UNION ALL
                SELECT customer_key, company_id, 'group', group_id FROM customers
                UNION ALL
                SELECT customer_key, company_id, 'all', '' FROM customers
            ) AS k
            JOIN (
                SELECT l.company_id, CAST(l.scope AS VARCHAR) AS scope,
                    CASE WHEN l.scope = 'all' THEN '' ELSE l.scope_id END AS scope_id
                FROM linked_limits AS l
                JOIN live_batches AS b ON b.batch_id = l.batch_id
                UNION ALL
                SELECT company_id, CAST(scope AS VARCHAR),
                    CASE WHEN scope = 'all' THEN '' ELSE scope_id END
                FROM linked_user_limits
            ) AS l ON l.company_id = k.company_id AND l.scope = k.scope
                AND l.scope_id = k.scope_id
        )
    GROUP BY d.customer_key, d.currency, CASE WHEN d.day <= $start THEN $start ELSE d.day END
) AS g
JOIN customers AS c ON c.customer_key = g.customer_key
ORDER BY c.company_id, c.customer_id, g.currency, g.day

-- Spread of the delays of cash allocations by value of a level: median and quartiles by number
-- (the observations below and above each), what was paid by the due date.
SELECT
    p.company_id, p.value, q.currency, q.count_payments, q.amount_minor, q.on_time_count,
    q.on_time_minor, q.low_quartile_floor, q.low_quartile_ceiling, q.median_floor,
    q.median_ceiling, q.high_quartile_floor, q.high_quartile_ceiling
FROM (
    SELECT
        place, currency,
        CAST(MAX(total) AS BIGINT) AS count_payments,
        CAST(SUM(amount_minor) AS BIGINT) AS amount_minor,
        CAST(SUM(CASE WHEN days <= 0 THEN counted ELSE 0 END) AS BIGINT) AS on_time_count,
        CAST(SUM(CASE WHEN days <= 0 THEN amount_minor ELSE 0 END) AS BIGINT) AS on_time_minor,
        MIN(CASE WHEN reached > FLOOR(0.25 * (total - 1)) THEN days END) AS low_quartile_floor,
        MIN(CASE WHEN reached > CEIL(0.25 * (total - 1)) THEN days END) AS low_quartile_ceiling,
        MIN(CASE WHEN reached > FLOOR(0.5 * (total - 1)) THEN days END) AS median_floor,
        MIN(CASE WHEN reached > CEIL(0.5 * (total - 1)) THEN days END) AS median_ceiling,
        MIN(CASE WHEN reached > FLOOR(0.75 * (total - 1)) THEN days END) AS high_quartile_floor,
        MIN(CASE WHEN reached > CEIL(0.75 * (total - 1)) THEN days END) AS high_quartile_ceiling
    FROM (
        SELECT
            place, currency, days, counted, amount_minor,
            CAST(SUM(counted) OVER (PARTITION BY place, currency ORDER BY days) AS BIGINT) AS reached,
            CAST(SUM(counted) OVER (PARTITION BY place, currency) AS BIGINT) AS total
        FROM (
            SELECT
                w.place, a.currency, a.paid_on - a.due_on AS days,
                CAST(SUM(CASE WHEN a.amount_minor > 0 THEN 1 ELSE -1 END) AS BIGINT) AS counted,
                CAST(SUM(a.amount_minor) AS BIGINT) AS amount_minor
            FROM allocations AS a
            JOIN (
                SELECT
                    customer_key,
                    DENSE_RANK() OVER (
                        ORDER BY CASE WHEN $level IN ('customer', 'group') THEN company_id END,
                        CASE $level
                            WHEN 'customer' THEN customer_id WHEN 'group' THEN group_id
                            WHEN 'category' THEN category WHEN 'sector' THEN sector
                            WHEN 'owner' THEN owner
                        END
                    ) AS place
                FROM customers
                WHERE NOT COALESCE(is_collective, FALSE)
                    AND NOT LIST_CONTAINS(CAST($without AS VARCHAR[]), company_id)
            ) AS w ON w.customer_key = a.customer_key
            -- part: counted_cash
            GROUP BY w.place, a.currency, a.paid_on - a.due_on
            HAVING SUM(CASE WHEN a.amount_minor > 0 THEN 1 ELSE -1 END) > 0
        ) AS daily
    ) AS running
    GROUP BY place, currency
) AS q
JOIN (
    SELECT DISTINCT
        CASE WHEN $level IN ('customer', 'group') THEN company_id END AS company_id,
        CASE $level
            WHEN 'customer' THEN customer_id WHEN 'group' THEN group_id
            WHEN 'category' THEN category WHEN 'sector' THEN sector
            WHEN 'owner' THEN owner
        END AS value,
        DENSE_RANK() OVER (
            ORDER BY CASE WHEN $level IN ('customer', 'group') THEN company_id END,
            CASE $level
                WHEN 'customer' THEN customer_id WHEN 'group' THEN group_id
                WHEN 'category' THEN category WHEN 'sector' THEN sector
                WHEN 'owner' THEN owner
            END
        ) AS place
    FROM customers
    WHERE NOT COALESCE(is_collective, FALSE)
        AND NOT LIST_CONTAINS(CAST($without AS VARCHAR[]), company_id)
) AS p ON p.place = q.place
ORDER BY p.company_id, p.value, q.currency

-- What the hazard model says of each customer besides his curve, one row a day asked, customer and
-- currency.
-- Weights are whole numbers (2^30 = 1, halved every half_life days): sums of them are exact, whatever
-- their order.
WITH asked AS (
    SELECT UNNEST($days) AS day, UNNEST($starts) AS start_on
),
kept AS (
    SELECT
        customer_key, company_id, customer_id,
        ROW_NUMBER() OVER (ORDER BY company_id, customer_id) AS customer_no
    FROM customers
    WHERE NOT COALESCE(is_collective, FALSE) AND NOT COALESCE(is_intercompany, FALSE)
),
left_open AS (
    SELECT a.day, b.document_key, b.open_minor
    FROM document_balances AS b
    JOIN asked AS a ON b.from_on <= a.day AND b.to_on > a.day
    WHERE b.open_minor > 0
),
known AS (
    SELECT
        a.day, a.start_on, x.customer_key, x.currency, x.issued_on, x.due_on,
        -- what is partly paid weighs what is left of it
        COALESCE(b.open_minor, x.amount_minor) AS amount_minor,
        CASE WHEN x.is_cash THEN x.cleared_on END AS paid_on,
        x.is_cash OR (
            -- where nothing is lettered, what is open may well be paid
            x.cleared_on IS NULL AND x.due_on < a.day AND x.customer_key NOT IN (
                SELECT customer_key FROM customers
                WHERE company_id IN (SELECT UNNEST(CAST($estimated AS VARCHAR[])))
            )
        ) AS is_counted,
        COALESCE(x.cleared_on, a.day) AS ended_on
    FROM clearances AS x
    JOIN asked AS a ON x.from_on <= a.day AND x.to_on > a.day
    -- a test of the left side alone in the condition would compare every pair of rows
    LEFT JOIN left_open AS b
        ON b.document_key = CASE WHEN x.cleared_on IS NULL THEN x.document_key END AND b.day = a.day
    WHERE x.confidence >= $min_confidence
),
weighed AS (
    SELECT
        *, GREATEST(LEAST(ended_on - due_on, $most_late), $most_early) AS delay,
        CASE WHEN is_counted
            THEN CAST(ROUND(amount_minor * POWER(0.5, (day - ended_on) / $half_life)) AS BIGINT)
            ELSE 0
        END AS weighed_minor
    FROM known
)
SELECT
    g.day, c.company_id, c.customer_id, c.customer_no, g.currency, g.count_invoices, g.count_paid,
    g.first_paid_on, g.last_paid_on, t.median_terms_days, g.weighed_minor, g.delay_amount,
    g.recent_minor, g.recent_late_minor
FROM (
    SELECT
        day, customer_key, currency,
        COUNT(*) AS count_invoices,
        COUNT(paid_on) AS count_paid,
        MIN(paid_on) AS first_paid_on,
        MAX(paid_on) AS last_paid_on,
        CAST(SUM(weighed_minor) AS DOUBLE) AS weighed_minor,
        CAST(SUM(CAST(weighed_minor AS HUGEINT) * delay) AS DOUBLE) AS delay_amount,
        CAST(SUM(CASE WHEN ended_on > start_on THEN weighed_minor ELSE 0 END) AS DOUBLE)
            AS recent_minor,
        CAST(SUM(CASE WHEN ended_on > start_on AND ended_on - due_on > $late_days
            THEN weighed_minor ELSE 0 END) AS DOUBLE) AS recent_late_minor
    FROM weighed
    GROUP BY day, customer_key, currency
) AS g
JOIN (
    SELECT day, customer_key, QUANTILE_DISC(due_on - issued_on, 0.5) AS median_terms_days
    FROM known GROUP BY day, customer_key
) AS t ON t.customer_key = g.customer_key AND t.day = g.day
JOIN kept AS c ON c.customer_key = g.customer_key
ORDER BY g.day, c.customer_no, g.currency

-- What the hazard model says of each customer besides his curve, one row a customer and currency.
-- Weights are whole numbers (2^30 = 1, halved every half_life days): sums of them are exact, whatever
-- their order.
WITH kept AS (
    SELECT
        customer_key, company_id, customer_id,
        ROW_NUMBER() OVER (ORDER BY company_id, customer_id) AS customer_no
    FROM customers
    WHERE NOT COALESCE(is_collective, FALSE) AND NOT COALESCE(is_intercompany, FALSE)
),
known AS (
    SELECT
        customer_key, currency, issued_on, due_on, amount_minor,
        CASE WHEN is_cash THEN cleared_on END AS paid_on,
        is_cash OR (
            -- where nothing is lettered, what is open may well be paid
            cleared_on IS NULL AND due_on < $as_of AND customer_key NOT IN (
                SELECT customer_key FROM customers
                WHERE company_id IN (SELECT UNNEST(CAST($estimated AS VARCHAR[])))
            )
        ) AS is_counted,
        COALESCE(cleared_on, $as_of) AS ended_on
    FROM clearances
    WHERE from_on <= $as_of AND to_on > $as_of AND confidence >= $min_confidence
),
weighed AS (
    SELECT
        *, GREATEST(LEAST(ended_on - due_on, $most_late), $most_early) AS delay,
        CASE WHEN is_counted
            THEN CAST(ROUND(amount_minor * POWER(0.5, ($as_of - ended_on) / $half_life)) AS BIGINT)
            ELSE 0
        END AS weighed_minor
    FROM known
)
SELECT
    c.company_id, c.customer_id, c.customer_no, g.currency, g.count_invoices, g.count_paid,
    g.first_paid_on, g.last_paid_on, t.median_terms_days, g.weighed_minor, g.delay_amount,
    g.recent_minor, g.recent_late_minor
FROM (
    SELECT
        customer_key, currency,
        COUNT(*) AS count_invoices,
        COUNT(paid_on) AS count_paid,
        MIN(paid_on) AS first_paid_on,
        MAX(paid_on) AS last_paid_on,
        CAST(SUM(weighed_minor) AS DOUBLE) AS weighed_minor,
        CAST(SUM(CAST(weighed_minor AS HUGEINT) * delay) AS DOUBLE) AS delay_amount,
        CAST(SUM(CASE WHEN ended_on > $start THEN weighed_minor ELSE 0 END) AS DOUBLE)
            AS recent_minor,
        CAST(SUM(CASE WHEN ended_on > $start AND ended_on - due_on > $late_days
            THEN weighed_minor ELSE 0 END) AS DOUBLE) AS recent_late_minor
    FROM weighed
    GROUP BY customer_key, currency
) AS g
JOIN (
    SELECT customer_key, QUANTILE_DISC(due_on - issued_on, 0.5) AS median_terms_days
    FROM known GROUP BY customer_key
) AS t ON t.customer_key = g.customer_key
JOIN kept AS c ON c.customer_key = g.customer_key
ORDER BY c.customer_no, g.currency

-- Lateness once unallocated credits have paid the oldest debits, perimeter only.
SELECT
    c.company_id, c.customer_id, g.currency, g.late_amount_days
FROM (
    SELECT
        o.customer_key, o.currency,
        SUM(
            CAST(LEAST(o.open_minor, GREATEST(o.running_minor - COALESCE(p.paid_minor, 0), 0)) AS DOUBLE)
            * GREATEST($as_of - o.due_on, 0)
        ) AS late_amount_days
    FROM (
        SELECT customer_key, currency, due_on, open_minor,
            SUM(open_minor) OVER (
                PARTITION BY customer_key, currency ORDER BY due_on, document_key
            ) AS running_minor
        FROM document_balances
        WHERE from_on <= $as_of AND to_on > $as_of AND open_minor > 0
            AND account_class IN ('receivable', 'doubtful', 'retention')
    ) AS o
    LEFT JOIN (
        SELECT customer_key, currency, -SUM(open_minor) AS paid_minor
        FROM document_balances
        WHERE from_on <= $as_of AND to_on > $as_of AND open_minor < 0
            AND account_class IN ('receivable', 'doubtful', 'retention')
        GROUP BY customer_key, currency
    ) AS p ON p.customer_key = o.customer_key AND p.currency = o.currency
    GROUP BY o.customer_key, o.currency
) AS g
JOIN customers AS c ON c.customer_key = g.customer_key

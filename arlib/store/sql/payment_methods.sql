-- Cash allocations by method of payment: that of the payment, else of the invoice, else of the
-- customer; NULL when no file says. count_dates as in payment_days.
SELECT
    currency, method, CAST(COUNT(*) AS BIGINT) AS count_dates,
    CAST(SUM(counted) AS BIGINT) AS count_payments,
    CAST(SUM(amount_minor) AS BIGINT) AS amount_minor,
    SUM(delay_amount) AS delay_amount
FROM (
    SELECT
        g.customer_key, g.currency, g.paid_on,
        COALESCE(p.payment_method, i.payment_method, g.payment_method) AS method,
        SUM(g.counted) AS counted, SUM(g.amount_minor) AS amount_minor,
        SUM(g.delay_amount) AS delay_amount
    FROM (
        SELECT
            a.customer_key, a.credit_key, a.debit_key, a.currency, a.paid_on,
            NULLIF(TRIM(c.payment_method), '') AS payment_method,
            CASE WHEN a.amount_minor > 0 THEN 1 ELSE -1 END AS counted,
            a.amount_minor AS amount_minor,
            CAST(a.amount_minor AS DOUBLE) * (a.paid_on - a.due_on) AS delay_amount
        -- part: scoped_allocations
        -- part: counted_cash
    ) AS g
    LEFT JOIN (
        SELECT document_key, MIN(NULLIF(TRIM(payment_method), '')) AS payment_method
        FROM layer_documents
        WHERE payment_method IS NOT NULL AND kind IN ('payment', 'deposit')
            AND issued_on > $start AND issued_on <= $as_of
        GROUP BY document_key
    ) AS p ON p.document_key = g.credit_key
    LEFT JOIN (
        SELECT document_key, MIN(NULLIF(TRIM(payment_method), '')) AS payment_method
        FROM layer_documents
        WHERE payment_method IS NOT NULL AND kind IN ('invoice', 'opening') AND issued_on <= $as_of
        GROUP BY document_key
    ) AS i ON i.document_key = g.debit_key
    GROUP BY g.customer_key, g.currency, g.paid_on, method
    HAVING SUM(g.amount_minor) > 0
) AS runs
GROUP BY currency, method
ORDER BY currency, amount_minor DESC, method

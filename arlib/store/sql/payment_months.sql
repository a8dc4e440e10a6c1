SELECT
    c.company_id, c.customer_id, g.currency, g.month_on, g.count_payments, g.amount_minor,
    g.delay_amount
FROM (
    SELECT
        customer_key, currency,
        CAST(DATE_TRUNC('month', paid_on) AS DATE) AS month_on,
        CAST(SUM(CASE WHEN amount_minor > 0 THEN 1 ELSE -1 END) AS BIGINT) AS count_payments,
        CAST(SUM(amount_minor) AS BIGINT) AS amount_minor,
        SUM(CAST(amount_minor AS DOUBLE) * (paid_on - due_on)) AS delay_amount
    FROM allocations
    LEFT JOIN (
        SELECT d.invoice_key
        FROM disputes AS x JOIN documents AS d ON d.document_key = x.document_key
        WHERE $without_disputed AND x.opened_on <= $as_of
    ) AS x ON x.invoice_key = allocations.invoice_key
    WHERE x.invoice_key IS NULL
        AND allocated_on <= $as_of AND paid_on > $start AND paid_on <= $as_of
        AND credit_kind IN ('payment', 'deposit') AND debit_kind IN ('invoice', 'opening')
        AND account_class IN ('receivable', 'doubtful', 'retention')
        AND confidence >= $min_confidence
    GROUP BY customer_key, currency, DATE_TRUNC('month', paid_on)
    HAVING SUM(amount_minor) > 0
) AS g
JOIN customers AS c ON c.customer_key = g.customer_key
ORDER BY c.company_id, c.customer_id, g.currency, g.month_on

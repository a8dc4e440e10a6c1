-- Cash allocations over the window (start, as_of] by receipt date; a reversed one cancels itself.
SELECT
    c.company_id, c.customer_id, g.currency, g.count_payments, g.amount_minor, g.delay_amount,
    g.late_amount, g.days_amount, g.late_30_minor, g.recent_count_payments, g.recent_amount_minor,
    g.recent_delay_amount, g.earlier_count_payments, g.earlier_amount_minor,
    g.earlier_delay_amount, g.last_paid_on
FROM (
    SELECT
        customer_key, currency,
        CAST(SUM(sign_of) AS BIGINT) AS count_payments,
        CAST(SUM(amount_minor) AS BIGINT) AS amount_minor,
        SUM(delay_days * amount) AS delay_amount,
        SUM(CASE WHEN delay_days > 0 THEN delay_days * amount ELSE 0 END) AS late_amount,
        SUM(days * amount) AS days_amount,
        CAST(SUM(CASE WHEN delay_days > 30 THEN amount_minor ELSE 0 END) AS BIGINT) AS late_30_minor,
        CAST(SUM(CASE WHEN is_recent THEN sign_of ELSE 0 END) AS BIGINT) AS recent_count_payments,
        CAST(SUM(CASE WHEN is_recent THEN amount_minor ELSE 0 END) AS BIGINT) AS recent_amount_minor,
        SUM(CASE WHEN is_recent THEN delay_days * amount ELSE 0 END) AS recent_delay_amount,
        CAST(SUM(CASE WHEN is_recent THEN 0 ELSE sign_of END) AS BIGINT) AS earlier_count_payments,
        CAST(SUM(CASE WHEN is_recent THEN 0 ELSE amount_minor END) AS BIGINT) AS earlier_amount_minor,
        SUM(CASE WHEN is_recent THEN 0 ELSE delay_days * amount END) AS earlier_delay_amount,
        MAX(paid_on) AS last_paid_on
    FROM (
        SELECT
            customer_key, currency, paid_on, amount_minor,
            CAST(amount_minor AS DOUBLE) AS amount,
            CASE WHEN amount_minor > 0 THEN 1 ELSE -1 END AS sign_of,
            paid_on - due_on AS delay_days,
            paid_on - issued_on AS days,
            paid_on > $recent AS is_recent
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
    ) AS paid
    GROUP BY customer_key, currency
    HAVING SUM(sign_of) > 0
) AS g
JOIN customers AS c ON c.customer_key = g.customer_key

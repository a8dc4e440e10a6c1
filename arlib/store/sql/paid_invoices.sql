SELECT
    c.company_id, c.customer_id, g.currency, g.count_paid_invoices, g.delay_days, g.delay_amount,
    g.amount_minor
FROM (
    SELECT
        customer_key, currency,
        COUNT(*) AS count_paid_invoices,
        CAST(SUM(last_cash_on - due_on) AS DOUBLE) AS delay_days,
        SUM(CAST(amount_minor AS DOUBLE) * (last_cash_on - due_on)) AS delay_amount,
        CAST(SUM(amount_minor) AS BIGINT) AS amount_minor
    FROM settled_invoices
    LEFT JOIN (
        SELECT d.invoice_key
        FROM disputes AS x JOIN documents AS d ON d.document_key = x.document_key
        WHERE $without_disputed AND x.opened_on <= $as_of
    ) AS x ON x.invoice_key = settled_invoices.invoice_key
    WHERE x.invoice_key IS NULL
        AND from_on <= $as_of AND to_on > $as_of
        AND last_cash_on > $start AND last_cash_on <= $as_of
        AND confidence >= $min_confidence
    GROUP BY customer_key, currency
) AS g
JOIN customers AS c ON c.customer_key = g.customer_key

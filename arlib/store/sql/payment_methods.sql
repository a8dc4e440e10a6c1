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
        FROM allocations AS a
        JOIN (
            SELECT customer_key, payment_method FROM customers
            WHERE NOT COALESCE(is_collective, FALSE)
                AND NOT LIST_CONTAINS(CAST($without AS VARCHAR[]), company_id)
                AND ($scope = 'portfolio' OR (
                    ($scope_company IS NULL OR company_id = $scope_company)
                    AND CAST($scope_value AS VARCHAR) IS NOT DISTINCT FROM CASE $scope
                        WHEN 'customer' THEN customer_id WHEN 'group' THEN group_id
                        WHEN 'category' THEN category WHEN 'sector' THEN sector WHEN 'owner' THEN owner
                    END
                ))
        ) AS c ON c.customer_key = a.customer_key
        LEFT JOIN (
            SELECT d.invoice_key
            FROM disputes AS x JOIN documents AS d ON d.document_key = x.document_key
            WHERE $without_disputed AND x.opened_on <= $as_of
        ) AS x ON x.invoice_key = a.invoice_key
        WHERE x.invoice_key IS NULL
            AND a.allocated_on <= $as_of AND a.paid_on > $start AND a.paid_on <= $as_of
            AND a.credit_kind IN ('payment', 'deposit') AND a.debit_kind IN ('invoice', 'opening')
            AND a.account_class IN ('receivable', 'doubtful', 'retention')
            AND a.confidence >= $min_confidence
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

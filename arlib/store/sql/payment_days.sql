-- Cash allocations by day of receipt. count_dates counts the customers that paid on the day: one
-- decision of a customer each, whatever the number of invoices.
SELECT
    currency, paid_on, CAST(COUNT(*) AS BIGINT) AS count_dates,
    CAST(SUM(counted) AS BIGINT) AS count_payments,
    CAST(SUM(amount_minor) AS BIGINT) AS amount_minor,
    SUM(delay_amount) AS delay_amount
FROM (
    SELECT
        a.customer_key, a.currency, a.paid_on,
        SUM(CASE WHEN a.amount_minor > 0 THEN 1 ELSE -1 END) AS counted,
        SUM(a.amount_minor) AS amount_minor,
        SUM(CAST(a.amount_minor AS DOUBLE) * (a.paid_on - a.due_on)) AS delay_amount
    FROM allocations AS a
    JOIN (
        SELECT customer_key FROM customers
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
    GROUP BY a.customer_key, a.currency, a.paid_on
    HAVING SUM(a.amount_minor) > 0
) AS runs
GROUP BY currency, paid_on
ORDER BY currency, paid_on

-- Cash allocations by days from the due date, of one value of a level or of the whole book.
SELECT
    a.currency, CAST(a.paid_on - a.due_on AS BIGINT) AS days,
    CAST(SUM(CASE WHEN a.amount_minor > 0 THEN 1 ELSE -1 END) AS BIGINT) AS count_payments,
    CAST(SUM(a.amount_minor) AS BIGINT) AS amount_minor
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
GROUP BY a.currency, a.paid_on - a.due_on
HAVING SUM(CASE WHEN a.amount_minor > 0 THEN 1 ELSE -1 END) > 0
ORDER BY a.currency, days

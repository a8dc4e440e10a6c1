-- Allocations of the customers of one value of a level, or of the whole book.
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

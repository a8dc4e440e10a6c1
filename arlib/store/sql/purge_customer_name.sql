-- The name of a customer, else his code when his files are set aside or only a decision names him.
SELECT name
FROM (
    SELECT 0 AS place, name FROM customers WHERE company_id = $company AND customer_id = $customer
    UNION ALL
    SELECT 1, customer_id FROM layer_documents
    WHERE company_id = $company AND customer_id = $customer
    UNION ALL
    SELECT 1, customer_id FROM layer_customers
    WHERE company_id = $company AND customer_id = $customer
    UNION ALL
    SELECT 1, scope_id FROM layer_limits
    WHERE company_id = $company AND scope = 'customer' AND scope_id = $customer
    UNION ALL
    SELECT 1, scope_id FROM user_limits
    WHERE company_id = $company AND scope = 'customer' AND scope_id = $customer
    UNION ALL
    SELECT 1, customer_id FROM user_actions
    WHERE company_id = $company AND customer_id = $customer
) AS said
ORDER BY place
LIMIT 1

-- Codes that are one customer: the code and those linked to it.
SELECT company_id, customer_id
FROM (
    SELECT $company AS company_id, $customer AS customer_id
    UNION
    SELECT company_id, customer_id FROM customer_mains
    WHERE company_id = $company AND main_customer_id = $customer
) AS codes
ORDER BY company_id, customer_id

-- Customers of the hazard frames: a number each, by company and code.
SELECT
    ROW_NUMBER() OVER (ORDER BY company_id, customer_id) AS customer_no, company_id, customer_id
FROM customers
WHERE NOT COALESCE(is_collective, FALSE) AND NOT COALESCE(is_intercompany, FALSE)
ORDER BY company_id, customer_id

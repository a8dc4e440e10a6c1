-- Every code of a company, whatever names it.
SELECT company_id, customer_id FROM layer_documents WHERE company_id = $company
UNION
SELECT company_id, customer_id FROM layer_customers WHERE company_id = $company
UNION
SELECT company_id, customer_id FROM layer_customer_names WHERE company_id = $company
UNION
SELECT company_id, customer_id FROM customers WHERE company_id = $company
UNION
SELECT company_id, customer_id FROM customer_mains WHERE company_id = $company
UNION
SELECT company_id, main_customer_id FROM customer_mains WHERE company_id = $company
ORDER BY company_id, customer_id

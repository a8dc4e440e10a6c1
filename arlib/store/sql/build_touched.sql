-- Who must be rebuilt: customers of the batches whose state changed ($changed).
CREATE OR REPLACE TEMP TABLE touched AS
SELECT customer_key, ANY_VALUE(company_id) AS company_id, ANY_VALUE(customer_id) AS customer_id
FROM (
    SELECT customer_key, company_id, customer_id FROM t_layer_documents
    WHERE batch_id IN (SELECT UNNEST(CAST($changed AS VARCHAR[])))
    UNION ALL
    SELECT customer_key, company_id, customer_id FROM t_layer_customers
    WHERE batch_id IN (SELECT UNNEST(CAST($changed AS VARCHAR[])))
    UNION ALL
    SELECT customer_key, company_id, customer_id FROM t_layer_customer_names
    WHERE batch_id IN (SELECT UNNEST(CAST($changed AS VARCHAR[])))
) AS everyone
GROUP BY customer_key;

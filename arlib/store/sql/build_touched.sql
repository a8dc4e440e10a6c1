-- Who must be rebuilt: customers of the batches whose state changed (temp table changed_batches),
-- then everyone tied to them by a payment for another customer.
CREATE OR REPLACE TEMP TABLE touched AS
SELECT customer_key, ANY_VALUE(company_id) AS company_id, ANY_VALUE(customer_id) AS customer_id
FROM (
    SELECT customer_key, company_id, customer_id FROM t_layer_documents
    WHERE batch_id IN (SELECT batch_id FROM changed_batches)
    UNION ALL
    SELECT customer_key, company_id, customer_id FROM t_layer_customers
    WHERE batch_id IN (SELECT batch_id FROM changed_batches)
    UNION ALL
    SELECT customer_key, company_id, customer_id FROM t_layer_customer_names
    WHERE batch_id IN (SELECT batch_id FROM changed_batches)
    UNION ALL
    SELECT customer_key, company_id, customer_id FROM changed_customers
    UNION ALL
    -- opening lines whose earlier years are no longer the same
    SELECT customer_key, company_id, customer_id FROM t_layer_documents
    WHERE kind = 'opening' AND batch_id IN (SELECT batch_id FROM changed_years)
    UNION ALL
    -- an extraction tells what left the list: every customer of the company is concerned
    SELECT d.customer_key, d.company_id, d.customer_id
    FROM t_layer_documents AS d
    JOIN batches AS other ON other.batch_id = d.batch_id AND other.scope = 'open_items'
    JOIN batches AS b ON b.company_id = d.company_id AND b.scope = 'open_items'
    WHERE b.batch_id IN (SELECT batch_id FROM changed_batches)
) AS everyone
GROUP BY customer_key;

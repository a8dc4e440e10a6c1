-- An extraction tells what left the list: every customer of the company is concerned.
INSERT INTO touched
SELECT d.customer_key, ANY_VALUE(d.company_id), ANY_VALUE(d.customer_id)
FROM t_layer_documents AS d
JOIN batches AS other ON other.batch_id = d.batch_id AND other.scope = 'open_items'
JOIN batches AS b ON b.company_id = d.company_id AND b.scope = 'open_items'
LEFT JOIN touched AS t ON t.customer_key = d.customer_key
WHERE b.batch_id IN (SELECT UNNEST(CAST($changed AS VARCHAR[]))) AND t.customer_key IS NULL
GROUP BY d.customer_key;

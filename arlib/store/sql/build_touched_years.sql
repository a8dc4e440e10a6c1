-- Customers with opening lines whose earlier years are no longer the same ($changed).
INSERT INTO touched
SELECT d.customer_key, ANY_VALUE(d.company_id), ANY_VALUE(d.customer_id)
FROM t_layer_documents AS d
LEFT JOIN touched AS t ON t.customer_key = d.customer_key
WHERE d.kind = 'opening' AND d.batch_id IN (SELECT UNNEST(CAST($changed AS VARCHAR[])))
    AND t.customer_key IS NULL
GROUP BY d.customer_key;

-- One more customer to rebuild: a decision about his payments.
INSERT INTO touched
SELECT c.customer_key, c.company_id, c.customer_id
FROM customers AS c
LEFT JOIN touched AS t ON t.customer_key = c.customer_key
WHERE c.customer_key = $customer AND t.customer_key IS NULL

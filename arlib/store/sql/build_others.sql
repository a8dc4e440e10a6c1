-- Is some customer of the book not touched?
SELECT 1 FROM customers AS c
LEFT JOIN touched AS t ON t.customer_key = c.customer_key
WHERE t.customer_key IS NULL
LIMIT 1

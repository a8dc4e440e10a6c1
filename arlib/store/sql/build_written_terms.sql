-- Every text that says terms of payment, in a document, of a customer, of a file.
SELECT DISTINCT terms FROM t_layered WHERE terms IS NOT NULL
UNION
SELECT terms FROM customers WHERE terms IS NOT NULL
UNION
SELECT terms FROM batch_rank WHERE terms IS NOT NULL
ORDER BY terms

-- The same, with what is fixed by hand and what a file loaded to complete says.
SELECT DISTINCT terms FROM t_layered WHERE terms IS NOT NULL
UNION
SELECT terms FROM customers WHERE terms IS NOT NULL
UNION
SELECT terms FROM batch_rank WHERE terms IS NOT NULL
UNION
SELECT terms FROM t_user_terms WHERE terms IS NOT NULL
UNION
SELECT d.terms FROM layer_documents AS d
JOIN batch_rank AS r ON r.batch_id = d.batch_id AND NOT r.is_book
WHERE d.terms IS NOT NULL
ORDER BY terms

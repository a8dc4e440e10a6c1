-- Documents whose due date a rebuild changed.
SELECT d.currency, COUNT(*) AS count, CAST(SUM(d.amount_minor) AS BIGINT) AS amount_minor
FROM documents AS d
JOIN t_due_before AS b ON b.document_key = d.document_key
WHERE b.due_on <> d.due_on
GROUP BY d.currency
ORDER BY d.currency

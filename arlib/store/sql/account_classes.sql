-- The account classes of each company's files that some document issued by the date has.
SELECT DISTINCT d.company_id, CAST(d.account_class AS VARCHAR) AS account_class
FROM layer_documents AS d
JOIN live_batches AS b ON b.batch_id = d.batch_id
JOIN companies AS c ON c.company_id = d.company_id
WHERE d.issued_on <= $as_of
ORDER BY 1, 2

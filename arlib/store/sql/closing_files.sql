-- Files of a closing and those of the book now: kept and live, gone since, come since.
SELECT
    COALESCE(k.batch_id, b.batch_id) AS batch_id, COALESCE(k.sha256, b.sha256) AS sha256,
    COALESCE(k.file_name, b.file_name) AS file_name,
    COALESCE(k.company_id, b.company_id) AS company_id,
    k.batch_id IS NOT NULL AS was_live, b.batch_id IS NOT NULL AS is_live
FROM (SELECT * FROM user_closing_files WHERE closing_id = $identity) AS k
FULL JOIN (SELECT * FROM batches WHERE state = 'live') AS b ON b.batch_id = k.batch_id
ORDER BY 4, 3, 1

-- Is some document told by a file that is no book of its own, loaded to complete another?
SELECT 1 FROM layer_documents AS d
JOIN batch_rank AS r ON r.batch_id = d.batch_id AND NOT r.is_book
LIMIT 1

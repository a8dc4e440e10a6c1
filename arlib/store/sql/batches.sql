SELECT * FROM batches ORDER BY sequence DESC

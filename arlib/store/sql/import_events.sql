-- What was done to imports, latest first, with the file.
SELECT
    e.batch_id, e.event, e.recorded_at AS at, e.recorded_by AS by, b.company_id, b.file_name
FROM batch_events AS e
JOIN batches AS b ON b.batch_id = e.batch_id
WHERE $company IS NULL OR b.company_id = $company
ORDER BY e.recorded_at DESC, b.sequence DESC, e.event

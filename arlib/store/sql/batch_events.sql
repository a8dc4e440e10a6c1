-- What was done to imports, latest first.
SELECT batch_id, event, recorded_at, recorded_by
FROM batch_events
ORDER BY recorded_at DESC, batch_id

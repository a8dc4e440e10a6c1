-- Lines refused by each import, dated by its first load, whatever became of the import since.
SELECT
    b.batch_id, e.at, e.by, b.company_id, b.file_name, b.state, i.code, i.sheet, i.row_number,
    i."column", i.value, i.amount_minor, i.currency, i.detail
FROM layer_issues AS i
JOIN batches AS b ON b.batch_id = i.batch_id
JOIN (
    SELECT batch_id, MIN(recorded_at) AS at, MIN_BY(recorded_by, recorded_at) AS by
    FROM batch_events WHERE event = 'imported' GROUP BY batch_id
) AS e ON e.batch_id = i.batch_id
WHERE i.severity = 'refused' AND ($company IS NULL OR b.company_id = $company)
ORDER BY e.at DESC, b.sequence DESC, i.sheet, i.row_number, i.code

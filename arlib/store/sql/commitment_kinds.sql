SELECT DISTINCT k.company_id, k.kind, k.extracted_on
FROM layer_commitments AS k
JOIN live_batches AS b ON b.batch_id = k.batch_id
WHERE k.extracted_on <= $as_of
ORDER BY 1, 2, 3

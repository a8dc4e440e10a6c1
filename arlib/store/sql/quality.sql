SELECT i.code, i.severity, i.currency, COUNT(*) AS count, CAST(SUM(i.amount_minor) AS BIGINT) AS amount_minor
FROM layer_issues AS i
JOIN live_batches AS b ON b.batch_id = i.batch_id
JOIN companies AS c ON c.company_id = b.company_id
GROUP BY i.code, i.severity, i.currency
ORDER BY i.severity, i.code, i.currency

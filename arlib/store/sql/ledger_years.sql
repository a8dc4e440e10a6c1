-- Ledger files of the companies that have several, with the opening lines of each and their pairing.
SELECT
    y.company_id, y.batch_id, b.file_name, b.covers_from, b.covers_to, y.starts_on,
    y.previous_batch_ids, COALESCE(o.count_openings, 0) AS count_openings,
    COALESCE(o.count_paired, 0) AS count_paired, o.currency,
    COALESCE(o.unpaired_minor, 0) AS unpaired_minor
FROM ledger_years AS y
JOIN companies AS c ON c.company_id = y.company_id
JOIN batches AS b ON b.batch_id = y.batch_id
LEFT JOIN (
    SELECT
        batch_key, currency, COUNT(*) AS count_openings, COUNT(how) AS count_paired,
        CAST(SUM(CASE WHEN how IS NULL THEN amount_minor ELSE 0 END) AS BIGINT) AS unpaired_minor
    FROM opening_pairings GROUP BY batch_key, currency
) AS o ON o.batch_key = b.batch_key
ORDER BY y.company_id, b.covers_from, b.covers_to, o.currency

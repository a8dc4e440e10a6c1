-- The journal of imports, latest first. Control totals are those of the file as it was read;
-- count_purged and purged_totals (JSON, currency -> minor units): its lines erased since.
SELECT
    b.batch_id, b.sequence, b.file_name, b.sha256, b.format_id, b.scope, b.level, b.company_id,
    b.covers_from, b.covers_to, b.extracted_on, b.terms, b.replace_mode, b.replaces, b.confidence,
    b.state, b.imported_at, b.imported_by, b.undone_at, b.undone_by, b.rows_read, b.rows_kept,
    b.rows_ignored, b.rows_refused, b.control_totals,
    CAST(COALESCE(p.count_lines, 0) AS BIGINT) AS count_purged,
    COALESCE(p.totals, '{}') AS purged_totals
FROM batches AS b
LEFT JOIN (
    SELECT
        batch_id, SUM(count_lines) AS count_lines,
        '{' || STRING_AGG(
            '"' || currency || '": ' || CAST(amount_minor AS VARCHAR), ', ' ORDER BY currency
        ) || '}' AS totals
    FROM (
        SELECT batch_id, currency, SUM(count_lines) AS count_lines, SUM(amount_minor) AS amount_minor
        FROM purged_totals
        WHERE account_class IN ('receivable', 'doubtful', 'retention')
        GROUP BY batch_id, currency
    ) AS summed
    GROUP BY batch_id
) AS p ON p.batch_id = b.batch_id
ORDER BY b.sequence DESC

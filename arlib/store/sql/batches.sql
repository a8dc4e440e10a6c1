-- The journal of imports, latest first.
SELECT
    batch_id, sequence, file_name, sha256, format_id, scope, level, company_id, covers_from,
    covers_to, extracted_on, terms, replace_mode, replaces, confidence, state, imported_at,
    imported_by, undone_at, undone_by, rows_read, rows_kept, rows_ignored, rows_refused,
    control_totals
FROM batches
ORDER BY sequence DESC

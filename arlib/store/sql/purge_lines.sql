-- What was said of lines that became his documents: their problems stay counted, without a word.
UPDATE layer_issues
SET value = CASE WHEN value IS NOT NULL THEN $mark END, detail = CASE WHEN detail IS NOT NULL THEN $mark END
WHERE code <> 'more_lines_alike' AND row_number IS NOT NULL
    AND (batch_id, COALESCE(sheet, ''), row_number) IN (
        SELECT (batch_id, COALESCE(sheet, ''), source_row) FROM t_purged_documents
        WHERE source_row IS NOT NULL
    )

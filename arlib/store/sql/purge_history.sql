-- Erasures, the latest first, with what each took from each table.
SELECT
    p.purge_id, p.scope, p.company_id, p.reason, p.count_lines, p.count_documents,
    p.recorded_at AS "at", p.recorded_by AS "by", t.tables, p.sequence
FROM purges AS p
LEFT JOIN (
    SELECT purge_id,
        STRING_AGG(table_name || '=' || CAST(count_rows AS VARCHAR), ', ' ORDER BY table_name) AS tables
    FROM purge_tables GROUP BY purge_id
) AS t ON t.purge_id = p.purge_id
WHERE $company IS NULL OR p.company_id = $company
ORDER BY p.sequence DESC

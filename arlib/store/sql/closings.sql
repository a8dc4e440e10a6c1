-- Closings kept, the latest kept first.
SELECT
    c.closing_id, c.as_of, c.policy_version, c.program_version, c.kept_at, c.kept_by,
    CAST(COALESCE(f.companies, 0) AS BIGINT) AS count_companies,
    CAST(COALESCE(x.files, 0) AS BIGINT) AS count_files
FROM user_closings AS c
LEFT JOIN (
    SELECT closing_id, COUNT(DISTINCT company_id) AS companies FROM user_closing_figures
    GROUP BY closing_id
) AS f ON f.closing_id = c.closing_id
LEFT JOIN (
    SELECT closing_id, COUNT(*) AS files FROM user_closing_files GROUP BY closing_id
) AS x ON x.closing_id = c.closing_id
ORDER BY c.kept_at DESC, c.closing_id

-- What was done to the book after a moment and can restate its figures, oldest first.
SELECT kind, recorded_at AS "at", made_by, company_id, customer_id, subject
FROM (
    SELECT
        'import_' || e.event AS kind, e.recorded_at, e.recorded_by AS made_by, b.company_id,
        CAST(NULL AS VARCHAR) AS customer_id, b.file_name AS subject
    FROM batch_events AS e
    JOIN batches AS b ON b.batch_id = e.batch_id
    UNION ALL
    SELECT 'policy', set_at, set_by, NULL, NULL, version FROM policies
    UNION ALL
    SELECT
        'limit', decided_at, decided_by, company_id,
        CASE WHEN scope = 'customer' THEN scope_id END, change_id
    FROM user_limits
    UNION ALL
    SELECT 'terms', recorded_at, recorded_by, company_id, customer_id, change_id FROM user_terms
    UNION ALL
    SELECT kind, recorded_at, recorded_by, company_id, customer_id, change_id FROM user_actions
    UNION ALL
    SELECT 'class', recorded_at, recorded_by, company_id, customer_id, change_id
    FROM user_overrides
    UNION ALL
    SELECT 'group', recorded_at, recorded_by, company_id, customer_id, change_id FROM user_groups
    UNION ALL
    SELECT 'dispute', recorded_at, recorded_by, company_id, customer_id, change_id
    FROM user_disputes
    UNION ALL
    SELECT 'depreciation', recorded_at, recorded_by, company_id, customer_id, change_id
    FROM user_depreciations
    UNION ALL
    SELECT 'link', recorded_at, recorded_by, company_id, customer_id, change_id
    FROM customer_links
    UNION ALL
    SELECT 'matching', recorded_at, recorded_by, company_id, NULL, change_id FROM match_decisions
    UNION ALL
    SELECT 'purge', recorded_at, recorded_by, company_id, NULL, purge_id FROM purges
) AS done
WHERE recorded_at > $since
ORDER BY recorded_at, kind, subject

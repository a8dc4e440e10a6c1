-- Every limit decision that stands: from live files and by hand, undone ones left out.
SELECT
    l.company_id, l.change_id, l.scope, l.scope_id, l.source, l.amount_minor, l.currency,
    l.valid_from, l.valid_to, l.cover_ratio, l.is_refused, l.decided_by, l.decided_at, l.reason,
    l.origin, 0 AS sequence
FROM linked_limits AS l
JOIN live_batches AS b ON b.batch_id = l.batch_id
WHERE l.change_id NOT IN (
    -- part: undone_limits
)
UNION ALL
SELECT
    u.company_id, u.change_id, u.scope, u.scope_id, u.source, u.amount_minor, u.currency,
    u.valid_from, u.valid_to, u.cover_ratio, u.is_refused, u.decided_by, u.decided_at, u.reason,
    u.origin, u.sequence
FROM linked_user_limits AS u
WHERE u.undoes IS NULL
    AND u.change_id NOT IN (
    -- part: undone_limits
)
ORDER BY 1, 13, 16, 2

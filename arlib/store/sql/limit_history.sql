-- Every decision, latest first; an undone one stays, with the entry that undid it, whose "after" is
-- what the undone one had replaced (missing for a decision that came with a file).
SELECT
    u.change_id, u.company_id, u.scope, u.scope_id, u.source, u.before_minor,
    CASE WHEN u.undoes IS NULL THEN u.amount_minor ELSE x.before_minor END AS after_minor,
    CASE WHEN u.undoes IS NULL THEN u.currency ELSE COALESCE(x.before_currency, u.currency) END
        AS currency,
    u.valid_from, u.valid_to, u.decided_by AS by, u.decided_at AS at, u.reason,
    u.origin, u.undoes, u.sequence, o.change_set,
    COALESCE(o.before_currency, u.currency) AS before_currency, u.cover_ratio,
    COALESCE(u.is_refused, FALSE) AS is_refused,
    u.change_id IN (
        -- part: undone_limits
    ) AS is_undone
FROM linked_user_limits AS u
JOIN user_limits AS o ON o.sequence = u.sequence
LEFT JOIN user_limits AS x ON x.change_id = u.undoes
WHERE ($company IS NULL OR u.company_id = $company)
    AND ($customer IS NULL OR (u.scope = 'customer' AND u.scope_id = $customer))
UNION ALL
SELECT
    l.change_id, l.company_id, l.scope, l.scope_id, l.source, NULL, l.amount_minor,
    l.currency, l.valid_from, l.valid_to, l.decided_by, l.decided_at, l.reason, l.origin, NULL, 0,
    NULL, l.currency, l.cover_ratio, COALESCE(l.is_refused, FALSE),
    l.change_id IN (
        -- part: undone_limits
    )
FROM linked_limits AS l
JOIN live_batches AS b ON b.batch_id = l.batch_id
WHERE ($company IS NULL OR l.company_id = $company)
    AND ($customer IS NULL OR (l.scope = 'customer' AND l.scope_id = $customer))
ORDER BY "at" DESC, sequence DESC, change_id

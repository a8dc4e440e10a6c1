    -- every decision that stands, of live files and by hand, with what an order of decisions needs
    SELECT
        l.company_id, l.scope, l.scope_id, l.source, l.change_id,
        CASE WHEN l.is_refused THEN 0 ELSE l.amount_minor END AS amount_minor,
        l.currency, l.valid_from, l.valid_to, COALESCE(l.decided_by, b.imported_by) AS decided_by,
        l.decided_at, b.imported_at AS recorded_at, l.origin, 0 AS sequence
    FROM linked_limits AS l
    JOIN live_batches AS b ON b.batch_id = l.batch_id
    WHERE l.change_id NOT IN (
        -- part: undone_limits
    )
    UNION ALL
    SELECT
        u.company_id, u.scope, u.scope_id, u.source, u.change_id,
        CASE WHEN u.is_refused THEN 0 ELSE u.amount_minor END,
        u.currency, u.valid_from, u.valid_to, u.decided_by, u.decided_at, u.decided_at, u.origin,
        u.sequence
    FROM linked_user_limits AS u
    WHERE u.undoes IS NULL
        AND u.change_id NOT IN (
        -- part: undone_limits
    )

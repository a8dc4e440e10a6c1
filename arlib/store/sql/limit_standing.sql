-- For each limit asked for (table "incoming"): the latest standing decision of its scope and source,
-- and the last entry made about it, an undo included.
WITH asked AS (
    SELECT
        i.position, i.company_id, i.scope, i.source,
        COALESCE(m.main_customer_id, i.scope_id) AS scope_id
    FROM incoming AS i
    LEFT JOIN customer_mains AS m
        ON i.scope = 'customer' AND m.company_id = i.company_id AND m.customer_id = i.scope_id
),
standing AS (
    -- part: standing_limits
),
ranked AS (
    SELECT
        a.position, s.change_id, s.amount_minor, s.currency, s.valid_from, s.decided_by,
        s.decided_at, s.recorded_at, s.sequence,
        ROW_NUMBER() OVER (
            PARTITION BY a.position
            ORDER BY s.valid_from DESC NULLS LAST, s.decided_at DESC, s.sequence DESC, s.change_id
        ) AS place
    FROM asked AS a
    JOIN standing AS s
        ON s.company_id = a.company_id AND s.scope = a.scope AND s.source = a.source
        AND s.scope_id IS NOT DISTINCT FROM a.scope_id
),
entries AS (
    SELECT
        a.position, u.change_id, u.decided_by, u.decided_at, u.before_minor, u.amount_minor,
        u.undoes, u.currency,
        ROW_NUMBER() OVER (PARTITION BY a.position ORDER BY u.sequence DESC) AS place
    FROM asked AS a
    JOIN linked_user_limits AS u
        ON u.company_id = a.company_id AND u.scope = a.scope AND u.source = a.source
        AND u.scope_id IS NOT DISTINCT FROM a.scope_id
)
SELECT
    a.position, a.scope_id, r.change_id IS NOT NULL AS is_known, r.amount_minor, r.currency,
    r.valid_from, r.decided_at, r.sequence,
    COALESCE(e.decided_by, r.decided_by) AS by,
    COALESCE(e.decided_at, r.recorded_at) AS at,
    e.change_id AS entry, CASE WHEN e.undoes IS NULL THEN e.before_minor ELSE e.amount_minor END
        AS entry_before_minor,
    CASE WHEN e.undoes IS NULL THEN e.amount_minor ELSE r.amount_minor END AS entry_minor,
    e.currency AS entry_currency
FROM asked AS a
LEFT JOIN ranked AS r ON r.position = a.position AND r.place = 1
LEFT JOIN entries AS e ON e.position = a.position AND e.place = 1
ORDER BY a.position

-- Lines of a file (table "incoming") that would prevail, at some date, over a limit fixed by hand of
-- the same scope and source that says something else (architecture, limit in force: latest start, then
-- latest decision). A hand's limit lasts until a later one by hand covers the rest of it.
WITH file AS (
    SELECT
        i.change_id, i.company_id, i.scope, i.source, i.currency, i.valid_from, i.valid_to,
        i.decided_at, COALESCE(m.main_customer_id, i.scope_id) AS scope_id,
        CASE WHEN i.is_refused THEN 0 ELSE i.amount_minor END AS amount_minor,
        COALESCE(i.valid_from, DATE '0001-01-01') AS starts,
        COALESCE(i.valid_to, DATE '9999-12-31') AS ends
    FROM incoming AS i
    LEFT JOIN customer_mains AS m
        ON i.scope = 'customer' AND m.company_id = i.company_id AND m.customer_id = i.scope_id
),
standing AS (
    -- part: standing_limits
),
hand AS (
    SELECT
        s.*, COALESCE(s.valid_from, DATE '0001-01-01') AS starts,
        COALESCE(s.valid_to, DATE '9999-12-31') AS ends
    FROM standing AS s
    WHERE s.sequence > 0
),
followed AS (
    SELECT h.change_id, MIN(n.starts) AS next_on
    FROM hand AS h
    JOIN hand AS n
        ON n.company_id = h.company_id AND n.scope = h.scope AND n.source = h.source
        AND n.scope_id IS NOT DISTINCT FROM h.scope_id AND n.ends >= h.ends
        AND (n.starts > h.starts OR (n.starts = h.starts AND n.sequence > h.sequence))
    GROUP BY h.change_id
),
met AS (
    SELECT
        f.change_id, f.company_id, f.scope, f.scope_id, f.source, h.amount_minor AS before_minor,
        h.currency AS before_currency, f.amount_minor AS after_minor, f.currency,
        h.decided_by AS by, h.decided_at AS at, f.valid_from, f.valid_to,
        ROW_NUMBER() OVER (
            PARTITION BY f.change_id, f.company_id ORDER BY h.starts DESC, h.sequence DESC
        ) AS place
    FROM file AS f
    JOIN hand AS h
        ON h.company_id = f.company_id AND h.scope = f.scope AND h.source = f.source
        AND h.scope_id IS NOT DISTINCT FROM f.scope_id
    LEFT JOIN followed AS n ON n.change_id = h.change_id
    WHERE f.starts <= h.ends AND h.starts <= f.ends
        AND (n.next_on IS NULL OR (f.starts < n.next_on AND h.starts < n.next_on))
        AND (f.starts > h.starts OR (f.starts = h.starts AND f.decided_at > h.decided_at))
        AND (f.amount_minor IS DISTINCT FROM h.amount_minor OR f.currency <> h.currency)
),
kept AS (
    SELECT e.undoes, MAX(e.change_id) AS entry
    FROM user_limits AS e
    WHERE e.undoes IS NOT NULL
        AND e.change_id NOT IN (SELECT undoes FROM user_limits WHERE undoes IS NOT NULL)
    GROUP BY e.undoes
)
SELECT
    m.change_id, m.company_id, m.scope, m.scope_id, m.source, m.before_minor, m.before_currency,
    m.after_minor, m.currency, m.by, m.at, m.valid_from, m.valid_to, k.entry
FROM met AS m
LEFT JOIN kept AS k ON k.undoes = m.change_id
WHERE m.place = 1
    -- a line that is already in the book and stands was decided on before
    AND (k.entry IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM layer_limits AS l JOIN live_batches AS b ON b.batch_id = l.batch_id
        WHERE l.change_id = m.change_id AND l.company_id = m.company_id
    ))
ORDER BY m.company_id, m.scope, m.scope_id, m.source, m.change_id

-- The entries that undo the decisions asked for (table "incoming"): what each said, as "before".
SELECT
    u.company_id, u.scope, u.scope_id, u.source, u.amount_minor, u.currency, u.valid_from,
    u.valid_to, u.cover_ratio, u.is_refused,
    CASE WHEN u.undoes IS NULL THEN u.amount_minor ELSE x.before_minor END AS before_minor,
    CASE WHEN u.undoes IS NULL THEN u.currency ELSE x.before_currency END AS before_currency,
    u.change_id AS undoes
FROM user_limits AS u
LEFT JOIN user_limits AS x ON x.change_id = u.undoes
WHERE u.change_id IN (SELECT change_id FROM incoming)
UNION ALL
SELECT DISTINCT
    l.company_id, l.scope, l.scope_id, l.source, l.amount_minor, l.currency, l.valid_from,
    l.valid_to, l.cover_ratio, l.is_refused, l.amount_minor, l.currency, l.change_id
FROM layer_limits AS l
WHERE l.change_id IN (SELECT change_id FROM incoming)
ORDER BY 1, 2, 3, 4, 13

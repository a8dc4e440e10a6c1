-- The decisions that a name stands for: one of them, every one of a set, or an entry that undid one.
-- An entry that gave a decision back is not undone itself: the decision is.
SELECT u.change_id, u.sequence, u.change_id IN (
    -- part: undone_limits
) AS is_undone
FROM user_limits AS u
LEFT JOIN user_limits AS x ON x.change_id = u.undoes
WHERE (u.change_id = $asked OR u.change_set = $asked) AND x.undoes IS NULL
UNION ALL
SELECT l.change_id, 0, l.change_id IN (
    -- part: undone_limits
)
FROM layer_limits AS l
JOIN live_batches AS b ON b.batch_id = l.batch_id
WHERE l.change_id = $asked
ORDER BY 2, 1

-- Every answer to the check list, latest first; an undone one stays, with the entry that undid it.
SELECT
    u.change_id, u.question_id, u.answer, u.comment, u.undoes,
    u.undoes IS NULL AND x.undoes IS NOT NULL AS is_undone, u.recorded_at AS at,
    u.recorded_by AS by, u.sequence
FROM user_answers AS u
LEFT JOIN (SELECT DISTINCT undoes FROM user_answers WHERE undoes IS NOT NULL) AS x
    ON x.undoes = u.change_id
WHERE $question IS NULL OR u.question_id = $question
ORDER BY u.sequence DESC

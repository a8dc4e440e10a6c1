-- Answers to the check list that stand: the latest of each question, not undone.
SELECT question_id, answer, comment, change_id, recorded_at AS at, recorded_by AS by
FROM (
    SELECT
        u.*, ROW_NUMBER() OVER (PARTITION BY u.question_id ORDER BY u.sequence DESC) AS place
    FROM user_answers AS u
    WHERE u.undoes IS NULL
        AND u.change_id NOT IN (SELECT x.undoes FROM user_answers AS x WHERE x.undoes IS NOT NULL)
) AS standing
WHERE place = 1
ORDER BY question_id

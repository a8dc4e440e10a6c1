-- The latest standing decision of one scope and source.
SELECT amount_minor, decided_by FROM (
    SELECT l.amount_minor, l.decided_by, l.valid_from, l.decided_at, 0 AS sequence
    FROM linked_limits AS l
    JOIN live_batches AS b ON b.batch_id = l.batch_id
    WHERE l.company_id = $company AND l.scope = $scope AND l.source = $source
        AND l.scope_id IS NOT DISTINCT FROM $scope_id
        AND l.change_id NOT IN (SELECT undoes FROM user_limits WHERE undoes IS NOT NULL)
    UNION ALL
    SELECT u.amount_minor, u.decided_by, u.valid_from, u.decided_at, u.sequence
    FROM linked_user_limits AS u
    WHERE u.company_id = $company AND u.scope = $scope AND u.source = $source
        AND u.scope_id IS NOT DISTINCT FROM $scope_id AND u.undoes IS NULL
        AND u.change_id NOT IN (SELECT undoes FROM user_limits WHERE undoes IS NOT NULL)
) AS decisions
ORDER BY valid_from DESC NULLS LAST, decided_at DESC, sequence DESC
LIMIT 1

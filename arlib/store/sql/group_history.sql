-- Every entry about groups, latest first; an undone one stays, with the entry that undid it.
SELECT
    u.change_id, u.change_set, u.company_id, u.customer_id, COALESCE(c.name, u.customer_id) AS name,
    u.group_id, u.before_group_id, u.origin, u.side, u.reason, u.undoes,
    u.undoes IS NULL AND x.undoes IS NOT NULL AS is_undone, u.recorded_at AS at,
    u.recorded_by AS by, u.sequence
FROM user_groups AS u
LEFT JOIN customers AS c ON c.company_id = u.company_id AND c.customer_id = u.customer_id
LEFT JOIN (SELECT DISTINCT undoes FROM user_groups WHERE undoes IS NOT NULL) AS x
    ON x.undoes = u.change_id
WHERE ($company IS NULL OR u.company_id = $company)
    AND ($customer IS NULL OR u.customer_id = $customer)
ORDER BY u.sequence DESC

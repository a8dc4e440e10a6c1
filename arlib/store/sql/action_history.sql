-- Every entry made by hand, latest first; an undone one stays, with the entry that undid it.
SELECT
    u.change_id, u.company_id, u.customer_id, u.kind, u.document_ids, u.amount_minor, u.currency,
    u.due_on, u.taken_on, u.cause, u.text, u.recorded_by AS by, u.recorded_at AS at, u.undoes,
    u.change_id IN (SELECT undoes FROM user_actions WHERE undoes IS NOT NULL) AS is_undone,
    u.sequence, u.outcome, u.level, u.channel, u.plan_id
FROM linked_user_actions AS u
WHERE ($company IS NULL OR u.company_id = $company)
    AND ($customer IS NULL OR u.customer_id = $customer)
ORDER BY u.sequence DESC

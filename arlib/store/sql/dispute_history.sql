-- Every entry made by hand about a dispute, latest first; an undone one stays, with the entry that
-- undid it.
SELECT
    u.change_id, u.dispute_id, u.event, u.company_id,
    COALESCE(m.main_customer_id, u.customer_id) AS customer_id, u.document_id, u.happened_on,
    u.amount_minor, u.currency, u.code, u.owner, u.target_on, u.outcome, u.text,
    u.recorded_by AS by, u.recorded_at AS at, u.undoes,
    u.change_id IN (SELECT undoes FROM user_disputes WHERE undoes IS NOT NULL) AS is_undone,
    u.sequence
FROM user_disputes AS u
LEFT JOIN customer_mains AS m
    ON m.company_id = u.company_id AND m.customer_id = u.customer_id
WHERE ($company IS NULL OR u.company_id = $company)
    AND ($customer IS NULL OR COALESCE(m.main_customer_id, u.customer_id) = $customer)
ORDER BY u.sequence DESC

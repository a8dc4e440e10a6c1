-- Every entry about depreciation, latest first; an undone one stays, with the entry that undid it.
SELECT
    u.change_id, u.kind, u.company_id, u.customer_id, u.document_id, u.currency, u.on_date, u.ratio,
    u.amount_minor, u.reason, u.undoes, u.undoes IS NULL AND x.undoes IS NOT NULL AS is_undone,
    u.recorded_at AS at, u.recorded_by AS by, u.sequence
FROM user_depreciations AS u
LEFT JOIN (SELECT DISTINCT undoes FROM user_depreciations WHERE undoes IS NOT NULL) AS x
    ON x.undoes = u.change_id
WHERE ($company IS NULL OR u.company_id = $company)
ORDER BY u.sequence DESC

-- Terms fixed by hand, latest first; terms_before: what stood before the entry for the same dates.
SELECT
    u.change_id, u.company_id, u.customer_id, u.terms,
    CASE WHEN u.undoes IS NULL THEN (
        SELECT MAX_BY(b.terms, b.sequence) FROM user_terms AS b
        WHERE b.company_id = u.company_id AND b.customer_id = u.customer_id
            AND b.valid_from IS NOT DISTINCT FROM u.valid_from AND b.undoes IS NULL
            AND b.sequence < u.sequence
    ) END AS terms_before,
    u.valid_from, u.reason, u.recorded_by AS by, u.recorded_at AS at, u.undoes,
    u.change_id IN (SELECT undoes FROM user_terms WHERE undoes IS NOT NULL) AS is_undone,
    u.sequence
FROM user_terms AS u
WHERE ($company IS NULL OR u.company_id = $company)
    AND ($customer IS NULL OR u.customer_id = $customer)
ORDER BY u.sequence DESC

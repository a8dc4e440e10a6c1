-- Every segment fixed by hand, latest first; a missing segment: the computed one counts again.
SELECT
    u.change_id, u.company_id, u.customer_id, u.segment, u.valid_from, u.expires_on, u.reason,
    u.recorded_by AS by, u.recorded_at AS at, u.sequence
FROM linked_overrides AS u
WHERE ($company IS NULL OR u.company_id = $company)
    AND ($customer IS NULL OR u.customer_id = $customer)
ORDER BY u.sequence DESC

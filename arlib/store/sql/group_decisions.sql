-- The group of each customer that a user decided, the latest standing entry (none: what the files say).
SELECT
    d.company_id, d.customer_id, d.group_id, d.change_id, d.origin, d.reason, d.recorded_at AS at,
    d.recorded_by AS by
FROM (
-- part: group_decisions
) AS d
JOIN customers AS c ON c.company_id = d.company_id AND c.customer_id = d.customer_id
ORDER BY d.company_id, d.customer_id

-- Customers that a user said are not one group: two of one refusal are apart when their sides differ or
-- are both 0.
SELECT DISTINCT s.change_set AS refusal_id, s.company_id, s.customer_id, s.side
FROM standing_user_groups AS s
WHERE s.origin = 'refused'
ORDER BY 1, 2, 3, 4

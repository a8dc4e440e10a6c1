-- The group in force of every customer: what a user decided last, else what the files say.
UPDATE customers SET group_id = t.group_id
FROM (
    SELECT
        c.customer_key,
        CASE WHEN d.change_id IS NULL THEN c.file_group_id ELSE d.group_id END AS group_id
    FROM customers AS c
    LEFT JOIN (
-- part: group_decisions
    ) AS d ON d.company_id = c.company_id AND d.customer_id = c.customer_id
) AS t
WHERE t.customer_key = customers.customer_key AND t.group_id IS DISTINCT FROM customers.group_id

-- Codes named by changes to come: whether the book has them, and the group they are in.
SELECT i.place, k.customer_key IS NOT NULL AS is_known, k.group_id
FROM incoming AS i
LEFT JOIN customer_mains AS m
    ON m.company_id = i.company_id AND m.customer_id = i.customer_id
LEFT JOIN customers AS k
    ON k.company_id = i.company_id
    AND k.customer_id = COALESCE(m.main_customer_id, i.customer_id)
ORDER BY i.place

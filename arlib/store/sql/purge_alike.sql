-- Other accounts, of any company, under the same name or the same registration: they stay.
SELECT DISTINCT o.company_id, o.customer_id, o.name
FROM customers AS o
JOIN (
    SELECT c.name, c.siren, c.vat_number FROM customers AS c
    JOIN t_purged AS p ON p.customer_key = c.customer_key
) AS c ON LOWER(o.name) = LOWER(c.name) OR o.siren = c.siren OR o.vat_number = c.vat_number
LEFT JOIN t_purged AS p ON p.customer_key = o.customer_key
WHERE p.customer_key IS NULL
ORDER BY o.company_id, o.customer_id
LIMIT 20

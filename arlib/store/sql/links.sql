-- Every link declared, latest first; in force when no later entry speaks of the same code.
SELECT
    k.change_id, k.company_id, k.customer_id, n.name, k.main_customer_id,
    COALESCE(c.name, m.name) AS main_name, k.reason, k.recorded_at AS at, k.recorded_by AS by,
    k.sequence = x.sequence AS is_in_force
FROM customer_links AS k
JOIN (
    SELECT company_id, customer_id, MAX(sequence) AS sequence
    FROM customer_links GROUP BY company_id, customer_id
) AS x ON x.company_id = k.company_id AND x.customer_id = k.customer_id
LEFT JOIN (
    SELECT company_id, customer_id, MAX_BY(name, count_rows) AS name
    FROM layer_customer_names GROUP BY company_id, customer_id
) AS n ON n.company_id = k.company_id AND n.customer_id = k.customer_id
LEFT JOIN (
    SELECT company_id, customer_id, MAX_BY(name, count_rows) AS name
    FROM layer_customer_names GROUP BY company_id, customer_id
) AS m ON m.company_id = k.company_id AND m.customer_id = k.main_customer_id
LEFT JOIN customers AS c
    ON c.company_id = k.company_id AND c.customer_id = k.main_customer_id
WHERE k.main_customer_id IS NOT NULL AND ($company IS NULL OR k.company_id = $company)
ORDER BY k.sequence DESC

-- One step of the closure over allocations across customers.
INSERT INTO touched
SELECT DISTINCT linked.company_id, linked.customer_id
FROM (
    SELECT a.company_id, a.credit_customer_id AS customer_id
    FROM allocations AS a
    JOIN touched AS t ON t.company_id = a.company_id AND t.customer_id = a.customer_id
    WHERE a.credit_customer_id <> a.customer_id
    UNION ALL
    SELECT a.company_id, a.customer_id
    FROM allocations AS a
    JOIN touched AS t ON t.company_id = a.company_id AND t.customer_id = a.credit_customer_id
    WHERE a.credit_customer_id <> a.customer_id
) AS linked
LEFT JOIN touched AS t
    ON t.company_id = linked.company_id AND t.customer_id = linked.customer_id
WHERE t.customer_id IS NULL;

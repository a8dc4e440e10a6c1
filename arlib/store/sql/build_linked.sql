-- One step of the closure over allocations across customers.
INSERT INTO touched
SELECT c.customer_key, c.company_id, c.customer_id
FROM (
    SELECT a.credit_customer_key AS customer_key
    FROM allocations AS a
    JOIN touched AS t ON t.customer_key = a.customer_key
    WHERE a.credit_customer_key <> a.customer_key
    UNION
    SELECT a.customer_key
    FROM allocations AS a
    JOIN touched AS t ON t.customer_key = a.credit_customer_key
    WHERE a.credit_customer_key <> a.customer_key
) AS linked
JOIN customers AS c ON c.customer_key = linked.customer_key
LEFT JOIN touched AS t ON t.customer_key = linked.customer_key
WHERE t.customer_key IS NULL;

-- Customers named by their codes.
INSERT INTO touched
SELECT c.customer_key, ANY_VALUE(c.company_id), ANY_VALUE(c.customer_id)
FROM (
    SELECT
        UNNEST(CAST($keys AS UBIGINT[])) AS customer_key,
        UNNEST(CAST($companies AS VARCHAR[])) AS company_id,
        UNNEST(CAST($codes AS VARCHAR[])) AS customer_id
) AS c
LEFT JOIN touched AS t ON t.customer_key = c.customer_key
WHERE t.customer_key IS NULL
GROUP BY c.customer_key;

-- From when to when the invoices of some customers were owed, those cleared in the last year or not
-- yet. What is excluded from the open groups of the day (short payments, disputes) is excluded here.
WITH wanted AS (
    SELECT c.customer_key, c.company_id, c.customer_id
    FROM customers AS c
    WHERE (c.company_id, c.customer_id) IN (
        SELECT (company_id, customer_id)
        FROM (
            SELECT
                UNNEST(CAST($companies AS VARCHAR[])) AS company_id,
                UNNEST(CAST($customers AS VARCHAR[])) AS customer_id
        ) AS asked
    )
),
known AS (
    SELECT customer_key, document_key, due_on, issued_on, cleared_on, amount_minor
    FROM clearances
    WHERE from_on <= $as_of AND to_on > $as_of AND (cleared_on IS NULL OR cleared_on > $start)
        AND customer_key IN (SELECT customer_key FROM wanted)
),
owed AS (
    SELECT customer_key, due_on, issued_on, cleared_on FROM known WHERE cleared_on IS NOT NULL
    UNION ALL
    SELECT k.customer_key, k.due_on, k.issued_on, k.cleared_on
    FROM known AS k
    JOIN document_balances AS b
        ON b.document_key = k.document_key AND b.from_on <= $as_of AND b.to_on > $as_of
    WHERE k.cleared_on IS NULL AND b.open_minor * 2 >= k.amount_minor AND b.disputed_minor = 0
)
SELECT w.company_id, w.customer_id, o.due_on, o.cleared_on, MIN(o.issued_on) AS issued_on
FROM owed AS o
JOIN wanted AS w ON w.customer_key = o.customer_key
GROUP BY w.company_id, w.customer_id, o.due_on, o.cleared_on
ORDER BY w.company_id, w.customer_id, o.due_on, o.cleared_on

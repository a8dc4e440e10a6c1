-- Invoices not paid yet, by customer and due date: a large batch counts once. What is left of an
-- invoice paid for more than half is a short payment, not an invoice left unpaid.
SELECT c.company_id, c.customer_id, g.due_on, $as_of - g.due_on AS age_days, g.count_invoices
FROM (
    SELECT e.customer_key, e.due_on, COUNT(*) AS count_invoices
    FROM clearances AS e
    JOIN document_balances AS b
        ON b.document_key = e.document_key AND b.from_on <= $as_of AND b.to_on > $as_of
    WHERE e.from_on <= $as_of AND e.to_on > $as_of AND e.cleared_on IS NULL
        AND e.due_on <= $as_of + 30 AND b.open_minor * 2 >= e.amount_minor AND b.disputed_minor = 0
    GROUP BY e.customer_key, e.due_on
) AS g
JOIN customers AS c ON c.customer_key = g.customer_key
ORDER BY c.company_id, c.customer_id, g.due_on DESC

-- Invoices not paid yet on the days asked, by customer and due date: a large batch counts once. What
-- is left of an invoice paid for more than half is a short payment, not an invoice left unpaid.
SELECT
    g.day, c.company_id, c.customer_id, g.due_on, g.day - g.due_on AS age_days, g.count_invoices
FROM (
    SELECT a.day, e.customer_key, e.due_on, COUNT(*) AS count_invoices
    FROM clearances AS e
    JOIN (SELECT UNNEST($days) AS day) AS a ON e.from_on <= a.day AND e.to_on > a.day
    JOIN document_balances AS b
        ON b.document_key = e.document_key AND b.from_on <= a.day AND b.to_on > a.day
    WHERE e.cleared_on IS NULL AND e.due_on <= a.day + 30
        AND b.open_minor * 2 >= e.amount_minor AND b.disputed_minor = 0
    GROUP BY a.day, e.customer_key, e.due_on
) AS g
JOIN customers AS c ON c.customer_key = g.customer_key
ORDER BY g.day, c.company_id, c.customer_id, g.due_on DESC

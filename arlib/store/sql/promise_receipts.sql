-- Cash of the customers who promised, from their first promise on, as it stands on the days asked: what
-- is set against a promised invoice (invoice_document_id as in promise_documents), and the rest. What
-- bounced or was repaid is no cash; a match below the confidence wanted says nothing of the invoice.
WITH asked AS (
    SELECT UNNEST($days) AS day
)
SELECT
    r.day, c.company_id, c.customer_id, r.currency, r.received_on, r.invoice_document_id,
    CAST(SUM(r.amount_minor) AS BIGINT) AS amount_minor
FROM (
    SELECT
        t.day, a.customer_key, a.currency, a.paid_on AS received_on,
        CASE WHEN a.confidence >= $min_confidence THEN i.invoice_document_id END
            AS invoice_document_id,
        a.amount_minor
    FROM allocations AS a
    JOIN asked AS t ON a.allocated_on <= t.day AND a.paid_on <= t.day
    LEFT JOIN (
        SELECT d.invoice_key, MIN(q.document_id) AS invoice_document_id
        FROM linked_promises AS q
        JOIN documents AS d ON d.document_key = q.document_key
        GROUP BY d.invoice_key
    ) AS i ON i.invoice_key = a.invoice_key
    WHERE a.credit_kind IN ('payment', 'deposit') AND a.debit_kind NOT IN ('bounce', 'refund')
    UNION ALL
    SELECT t.day, b.customer_key, b.currency, b.issued_on, NULL, -b.open_minor
    FROM document_balances AS b
    JOIN asked AS t ON b.from_on <= t.day AND b.to_on > t.day
    WHERE b.open_minor < 0 AND b.kind IN ('payment', 'deposit')
) AS r
JOIN customers AS c ON c.customer_key = r.customer_key
JOIN (
    SELECT company_id, customer_id, MIN(taken_on) AS first_on
    FROM linked_promises
    GROUP BY company_id, customer_id
) AS p ON p.company_id = c.company_id AND p.customer_id = c.customer_id
WHERE r.received_on >= p.first_on
GROUP BY r.day, c.company_id, c.customer_id, r.currency, r.received_on, r.invoice_document_id
HAVING SUM(r.amount_minor) > 0
-- of one day, cash that settled no invoice comes first: no promise on an invoice waits for it
ORDER BY r.day, c.company_id, c.customer_id, r.currency, r.received_on, r.invoice_document_id NULLS FIRST

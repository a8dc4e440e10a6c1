-- Documents that promises name, once a day of promise: invoice_document_id is one document that
-- stands for the invoice (its instalments are paid as one), open_minor what the document owed when
-- it was promised.
SELECT
    p.company_id, p.customer_id, p.document_id, p.taken_on, i.invoice_document_id, p.currency,
    b.open_minor
FROM (
    SELECT DISTINCT
        c.company_id, c.customer_id, c.customer_key, q.document_id, q.document_key, d.invoice_key,
        d.currency, q.taken_on
    FROM linked_promises AS q
    JOIN customers AS c ON c.company_id = q.company_id AND c.customer_id = q.customer_id
    JOIN documents AS d ON d.document_key = q.document_key AND d.customer_key = c.customer_key
) AS p
JOIN (
    SELECT d.invoice_key, MIN(q.document_id) AS invoice_document_id
    FROM linked_promises AS q
    JOIN documents AS d ON d.document_key = q.document_key
    GROUP BY d.invoice_key
) AS i ON i.invoice_key = p.invoice_key
LEFT JOIN document_balances AS b
    ON b.customer_key = p.customer_key AND b.document_key = p.document_key
    AND b.from_on <= p.taken_on AND b.to_on > p.taken_on AND b.open_minor > 0
ORDER BY p.company_id, p.customer_id, p.document_id, p.taken_on

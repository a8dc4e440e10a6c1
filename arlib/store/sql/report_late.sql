-- The invoices behind the bands of the payment-term report, the most late first.
WITH
-- part: report_late
SELECT
    c.company_id, c.customer_id, n.number, l.currency, l.state, l.left_out, l.issued_on, l.due_on,
    l.paid_on, l.days_late, l.open_minor, l.open_excl_minor, l.amount_minor, l.amount_excl_minor
FROM (
    SELECT * FROM late WHERE state <> 'not_due'
    ORDER BY days_late DESC, amount_minor DESC, invoice_key, state
    LIMIT $most
) AS l
JOIN customers AS c ON c.customer_key = l.customer_key
LEFT JOIN (
    SELECT d.invoice_key, MIN(x.number) AS number
    FROM documents AS d
    JOIN batches AS t ON t.batch_key = d.batch_key
    JOIN layer_documents AS x ON x.document_key = d.document_key AND x.batch_id = t.batch_id
    GROUP BY d.invoice_key
) AS n ON n.invoice_key = l.invoice_key
ORDER BY l.days_late DESC, l.amount_minor DESC, c.company_id, c.customer_id, n.number, l.state

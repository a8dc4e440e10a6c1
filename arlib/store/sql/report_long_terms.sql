-- Invoices issued in (start, as_of] that a text may forbid: beyond the least ceiling of the common rule, or of
-- a customer with a regime of his own.
SELECT
    c.company_id, c.customer_id, d.currency, l.document_id, l.number, d.issued_on, l.delivered_on,
    d.due_on, d.due_source, d.amount_minor
FROM documents AS d
JOIN customers AS c ON c.customer_key = d.customer_key
JOIN batches AS t ON t.batch_key = d.batch_key
LEFT JOIN layer_documents AS l ON l.document_key = d.document_key AND l.batch_id = t.batch_id
WHERE d.kind = 'invoice' AND d.amount_minor > 0
    AND d.issued_on > $start AND d.issued_on <= $as_of AND d.issued_on >= $first_text
    AND d.account_class IN ('receivable', 'doubtful', 'retention') AND d.due_source <> 'default'
    AND (c.payment_regime IS NOT NULL OR d.due_on - d.issued_on > $least_days)
ORDER BY c.company_id, c.customer_id, d.issued_on, l.number, d.document_key

-- Due dates granted on the invoices open at the date; one assumed by default was granted by nobody.
SELECT
    c.company_id, c.customer_id, b.currency, b.issued_on, l.delivered_on, b.due_on,
    CAST(COUNT(*) AS BIGINT) AS count_invoices, CAST(SUM(b.open_minor) AS BIGINT) AS open_minor
FROM document_balances AS b
JOIN documents AS d ON d.document_key = b.document_key
JOIN customers AS c ON c.customer_key = b.customer_key
LEFT JOIN (
    SELECT batch_key, document_key, MAX(delivered_on) AS delivered_on
    FROM layer_documents JOIN batches ON batches.batch_id = layer_documents.batch_id
    WHERE delivered_on <= $as_of
    GROUP BY batch_key, document_key
) AS l ON l.document_key = d.document_key AND l.batch_key = d.batch_key
WHERE b.from_on <= $as_of AND b.to_on > $as_of AND b.open_minor > 0 AND b.kind = 'invoice'
    AND b.account_class IN ('receivable', 'doubtful', 'retention') AND d.due_source <> 'default'
GROUP BY c.company_id, c.customer_id, b.currency, b.issued_on, l.delivered_on, b.due_on
ORDER BY c.company_id, c.customer_id, b.currency, b.issued_on, l.delivered_on, b.due_on

-- Debits of the customer accounts open at the date: what money may still come in for.
SELECT
    c.company_id, c.customer_id, b.currency, b.document_key, l.document_id, l.number, b.kind,
    b.issued_on, b.due_on, b.open_minor, b.disputed_minor,
    COALESCE(x.document_key IS NOT NULL, FALSE) AS is_disputed
FROM document_balances AS b
JOIN documents AS d ON d.document_key = b.document_key
JOIN customers AS c ON c.customer_key = b.customer_key
JOIN batches AS t ON t.batch_key = d.batch_key
LEFT JOIN layer_documents AS l ON l.document_key = b.document_key AND l.batch_id = t.batch_id
LEFT JOIN (
    SELECT DISTINCT document_key FROM disputes WHERE NOT is_undated AND opened_on <= $as_of
) AS x ON x.document_key = b.document_key
WHERE b.from_on <= $as_of AND b.to_on > $as_of AND b.open_minor > 0
    AND b.account_class IN ('receivable', 'doubtful', 'retention')
ORDER BY c.company_id, c.customer_id, b.currency, b.due_on, l.document_id

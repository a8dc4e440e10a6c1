-- Cash received up to the date that is not wholly set against something, the largest first.
SELECT
    c.company_id, c.customer_id, c.name, l.document_id, l.number, CAST(b.kind AS VARCHAR) AS kind,
    l.reference, b.currency, b.issued_on, $as_of - b.issued_on AS age_days,
    -d.amount_minor AS amount_minor, -b.open_minor AS open_minor
FROM document_balances AS b
JOIN documents AS d ON d.document_key = b.document_key
JOIN customers AS c ON c.customer_key = b.customer_key
JOIN batches AS t ON t.batch_key = d.batch_key
LEFT JOIN layer_documents AS l ON l.document_key = b.document_key AND l.batch_id = t.batch_id
WHERE b.from_on <= $as_of AND b.to_on > $as_of AND b.open_minor < 0
    AND b.kind IN ('payment', 'deposit')
    AND b.account_class IN ('receivable', 'doubtful', 'retention')
    AND ($customer IS NULL OR c.customer_id = $customer)
ORDER BY b.open_minor, b.issued_on, l.document_id

-- Open items at the date, with the file and line they come from.
SELECT
    c.company_id, c.customer_id, l.document_id,
    CASE WHEN d.invoice_key = d.document_key THEN l.document_id
        ELSE REGEXP_EXTRACT(l.document_id, '^([^|]*[|]){5}[^|]*') END AS invoice_id,
    l.number, b.kind, b.account_class,
    b.currency, b.issued_on, b.due_on, d.due_source, d.amount_minor, b.open_minor,
    b.disputed_minor, CASE WHEN b.open_minor > 0 THEN $as_of - b.due_on END AS days_late, l.terms, l.payment_method, l.source_row,
    t.file_name
FROM document_balances AS b
JOIN documents AS d ON d.document_key = b.document_key
JOIN customers AS c ON c.customer_key = b.customer_key
JOIN batches AS t ON t.batch_key = d.batch_key
LEFT JOIN layer_documents AS l ON l.document_key = b.document_key AND l.batch_id = t.batch_id
WHERE b.from_on <= $as_of AND b.to_on > $as_of
    AND ($customer IS NULL OR c.customer_id = $customer)
    AND ($only_company IS NULL OR c.company_id = $only_company)
ORDER BY c.company_id, c.customer_id, b.due_on, l.document_id

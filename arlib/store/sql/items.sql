-- Open items at the date, with the file and line they come from.
SELECT
    b.company_id, b.customer_id, l.document_id, l.invoice_id, d.number, b.kind, b.account_class,
    b.currency, b.issued_on, b.due_on, d.due_source, d.amount_minor, b.open_minor,
    b.disputed_minor, CASE WHEN b.open_minor > 0 THEN $as_of - b.due_on END AS days_late, l.terms, l.payment_method, l.source_row,
    t.file_name
FROM document_balances AS b
JOIN documents AS d ON d.document_key = b.document_key
LEFT JOIN layer_documents AS l ON l.document_key = b.document_key AND l.batch_id = d.batch_id
LEFT JOIN batches AS t ON t.batch_id = d.batch_id
WHERE b.from_on <= $as_of AND b.to_on > $as_of
    AND ($customer IS NULL OR b.customer_id = $customer)
    AND ($only_company IS NULL OR b.company_id = $only_company)
ORDER BY b.company_id, b.customer_id, b.due_on, l.document_id

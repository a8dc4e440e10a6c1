-- Open debits of the perimeter at the date. due_on is the first due date that was known: a contract of
-- insurance counts from it, a due date pushed later changes nothing.
SELECT
    c.company_id, c.customer_id, b.currency, l.document_id, l.number, b.kind, b.issued_on, l.delivered_on,
    f.due_on, b.open_minor, b.disputed_minor, d.amount_minor, d.tax_minor
FROM document_balances AS b
JOIN documents AS d ON d.document_key = b.document_key
JOIN customers AS c ON c.customer_key = b.customer_key
JOIN batches AS t ON t.batch_key = d.batch_key
JOIN (
    SELECT document_key, MIN(due_on) AS due_on
    FROM document_balances
    WHERE from_on <= $as_of
    GROUP BY document_key
) AS f ON f.document_key = b.document_key
LEFT JOIN layer_documents AS l ON l.document_key = b.document_key AND l.batch_id = t.batch_id
WHERE b.from_on <= $as_of AND b.to_on > $as_of AND b.open_minor > 0
    AND b.account_class IN ('receivable', 'doubtful', 'retention')
    AND ($customer IS NULL OR c.customer_id = $customer)
    AND ($only_company IS NULL OR c.company_id = $only_company)
ORDER BY c.company_id, c.customer_id, f.due_on, l.number, b.document_key

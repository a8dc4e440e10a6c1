-- The last invoices of one customer, paid or not, as the day knows them: latest first.
SELECT
    l.document_id, l.number, d.currency, x.issued_on, x.due_on, x.amount_minor,
    COALESCE(b.open_minor, 0) AS open_minor, COALESCE(b.disputed_minor, 0) AS disputed_minor,
    x.cleared_on, CASE WHEN x.cleared_on IS NOT NULL THEN x.is_cash END AS is_cash, x.confidence
FROM clearances AS x
JOIN documents AS d ON d.document_key = x.document_key
JOIN customers AS c ON c.customer_key = x.customer_key
JOIN batches AS t ON t.batch_key = d.batch_key
LEFT JOIN layer_documents AS l ON l.document_key = d.document_key AND l.batch_id = t.batch_id
LEFT JOIN document_balances AS b
    ON b.document_key = x.document_key AND b.customer_key = x.customer_key
    AND b.from_on <= $as_of AND b.to_on > $as_of
WHERE c.company_id = $only_company AND c.customer_id = $customer
    AND x.from_on <= $as_of AND x.to_on > $as_of
ORDER BY x.issued_on DESC, x.due_on DESC, l.document_id DESC
LIMIT $most

-- The debits of one customer behind the factors of his score.
SELECT
    l.number, d.kind, d.currency, d.issued_on, COALESCE(b.due_on, x.due_on, d.due_on) AS due_on,
    d.amount_minor,
    CASE WHEN x.cleared_on IS NULL THEN COALESCE(b.open_minor, 0) ELSE 0 END AS open_minor,
    COALESCE(b.disputed_minor, 0) AS disputed_minor, x.cleared_on, COALESCE(x.is_cash, FALSE) AS is_cash,
    COALESCE(x.cleared_on, $as_of) - COALESCE(b.due_on, x.due_on, d.due_on) AS days_late,
    q.disputed_on
FROM documents AS d
JOIN customers AS c ON c.customer_key = d.customer_key
JOIN batches AS t ON t.batch_key = d.batch_key
LEFT JOIN clearances AS x ON x.document_key = d.document_key
    AND x.from_on <= $as_of AND x.to_on > $as_of
LEFT JOIN document_balances AS b ON b.document_key = d.document_key
    AND b.from_on <= $as_of AND b.to_on > $as_of
LEFT JOIN layer_documents AS l ON l.document_key = d.document_key AND l.batch_id = t.batch_id
LEFT JOIN (
    SELECT document_key, MAX(opened_on) AS disputed_on
    FROM disputes WHERE NOT is_undated AND opened_on <= $as_of
    GROUP BY document_key
) AS q ON q.document_key = d.document_key
WHERE c.company_id = $company AND c.customer_id = $customer
    AND d.amount_minor > 0 AND d.issued_on <= $as_of
    AND d.account_class IN ('receivable', 'doubtful', 'retention')
    AND (x.cleared_on > $start OR (x.cleared_on IS NULL AND b.open_minor > 0)
        OR (q.disputed_on IS NOT NULL AND d.issued_on > $start))
ORDER BY due_on DESC, l.number

-- Debits of the customer accounts open at the date, as provisions weigh them: part of VAT, class, and the
-- day a payment or a bill came back.
SELECT
    c.company_id, c.customer_id, b.currency, l.document_id, l.number, b.kind, b.account_class,
    b.issued_on, l.delivered_on, b.due_on, b.open_minor, b.disputed_minor, d.amount_minor, d.tax_minor,
    CASE WHEN b.kind = 'bounce' THEN b.issued_on ELSE r.returned_on END AS returned_on
FROM document_balances AS b
JOIN documents AS d ON d.document_key = b.document_key
JOIN customers AS c ON c.customer_key = b.customer_key
JOIN batches AS t ON t.batch_key = d.batch_key
LEFT JOIN layer_documents AS l ON l.document_key = b.document_key AND l.batch_id = t.batch_id
LEFT JOIN (
    SELECT debit_key, MAX(allocated_on) AS returned_on
    FROM allocations
    WHERE amount_minor < 0 AND allocated_on <= $as_of
        AND credit_kind IN ('payment', 'deposit', 'bill') AND debit_kind IN ('invoice', 'opening')
    GROUP BY debit_key
) AS r ON r.debit_key = b.document_key
WHERE b.from_on <= $as_of AND b.to_on > $as_of AND b.open_minor > 0
    AND b.account_class IN ('receivable', 'doubtful', 'retention')
ORDER BY c.company_id, c.customer_id, b.currency, b.due_on, l.document_id

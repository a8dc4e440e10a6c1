-- What one customer paid since a day, a row a receipt and invoice it was set against; latest first.
-- The part of a receipt set against nothing has no invoice.
SELECT
    r.paid_on, p.number AS receipt_number, p.kind AS receipt_kind, p.reference, v.number, r.issued_on,
    r.due_on, r.currency, r.amount_minor, r.paid_on - r.due_on AS delay_days, r.rule, r.confidence
FROM (
    SELECT a.customer_key, a.credit_key, a.debit_key, a.paid_on, a.issued_on, a.due_on, a.currency,
        CAST(SUM(a.amount_minor) AS BIGINT) AS amount_minor, CAST(MIN(a.rule) AS VARCHAR) AS rule,
        MIN(a.confidence) AS confidence
    FROM allocations AS a
    WHERE a.allocated_on <= $as_of AND a.paid_on > $start AND a.paid_on <= $as_of
        AND a.credit_kind IN ('payment', 'deposit')
    GROUP BY a.customer_key, a.credit_key, a.debit_key, a.paid_on, a.issued_on, a.due_on, a.currency
    HAVING SUM(a.amount_minor) <> 0
    UNION ALL
    SELECT b.customer_key, b.document_key, NULL, b.issued_on, NULL, NULL, b.currency, -b.open_minor,
        NULL, NULL
    FROM document_balances AS b
    WHERE b.from_on <= $as_of AND b.to_on > $as_of AND b.open_minor < 0 AND b.issued_on > $start
        AND b.kind IN ('payment', 'deposit')
) AS r
JOIN customers AS c ON c.customer_key = r.customer_key
LEFT JOIN documents AS pd ON pd.document_key = r.credit_key
LEFT JOIN batches AS pb ON pb.batch_key = pd.batch_key
LEFT JOIN layer_documents AS p ON p.document_key = r.credit_key AND p.batch_id = pb.batch_id
LEFT JOIN documents AS vd ON vd.document_key = r.debit_key
LEFT JOIN batches AS vb ON vb.batch_key = vd.batch_key
LEFT JOIN layer_documents AS v ON v.document_key = r.debit_key AND v.batch_id = vb.batch_id
WHERE c.company_id = $only_company AND c.customer_id = $customer
ORDER BY r.paid_on DESC, p.number, v.number, r.amount_minor
LIMIT $most

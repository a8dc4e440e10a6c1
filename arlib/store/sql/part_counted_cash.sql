-- Of allocations `a`: cash received in the window, as the policy counts it.
LEFT JOIN (
    SELECT d.invoice_key
    FROM disputes AS x JOIN documents AS d ON d.document_key = x.document_key
    WHERE $without_disputed AND x.opened_on <= $as_of
) AS x ON x.invoice_key = a.invoice_key
WHERE x.invoice_key IS NULL
    AND a.allocated_on <= $as_of AND a.paid_on > $start AND a.paid_on <= $as_of
    AND a.credit_kind IN ('payment', 'deposit') AND a.debit_kind IN ('invoice', 'opening')
    AND a.account_class IN ('receivable', 'doubtful', 'retention')
    AND a.confidence >= $min_confidence

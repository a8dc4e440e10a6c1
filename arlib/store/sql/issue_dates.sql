-- The dates on which invoices of the twelve months were issued, by payment regime as the files write it.
SELECT DISTINCT COALESCE(c.payment_regime, '') AS regime, d.issued_on
FROM documents AS d
JOIN customers AS c ON c.customer_key = d.customer_key
WHERE d.kind = 'invoice' AND NOT d.is_cash_sale AND d.issued_on > $start AND d.issued_on <= $as_of
    AND d.account_class IN ('receivable', 'doubtful', 'retention')
ORDER BY regime, d.issued_on

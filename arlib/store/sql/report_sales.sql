-- What was invoiced in (start, as_of]: what the bands of lateness are compared with.
SELECT
    c.company_id, d.currency,
    CAST(COUNT(DISTINCT CASE WHEN d.kind = 'invoice' THEN d.invoice_key END) AS BIGINT) AS count_invoices,
    CAST(SUM(CASE WHEN d.kind = 'invoice' THEN d.amount_minor ELSE 0 END) AS BIGINT) AS billed_minor,
    CAST(SUM(CASE WHEN d.kind = 'invoice' THEN d.amount_minor - d.tax_minor ELSE 0 END) AS BIGINT)
        AS billed_excl_minor,
    CAST(SUM(d.amount_minor) AS BIGINT) AS sales_minor,
    CAST(SUM(d.amount_minor - d.tax_minor) AS BIGINT) AS sales_excl_minor,
    CAST(COUNT(*) - COUNT(d.tax_minor) AS BIGINT) AS count_without_tax
FROM documents AS d
JOIN customers AS c ON c.customer_key = d.customer_key
WHERE d.kind IN ('invoice', 'credit_note') AND d.issued_on > $start AND d.issued_on <= $as_of
    AND d.account_class IN ('receivable', 'doubtful', 'retention')
GROUP BY c.company_id, d.currency
ORDER BY c.company_id, d.currency

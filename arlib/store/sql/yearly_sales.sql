-- Net invoicing of the twelve months (start, as_of] by customer, with the VAT where documents say it.
SELECT
    c.company_id, c.customer_id, g.currency, g.sales_minor, g.taxed_minor, g.tax_minor, g.count_invoices
FROM (
    SELECT
        customer_key, currency,
        CAST(SUM(amount_minor) AS BIGINT) AS sales_minor,
        CAST(SUM(CASE WHEN tax_minor IS NOT NULL THEN amount_minor ELSE 0 END) AS BIGINT) AS taxed_minor,
        CAST(SUM(COALESCE(tax_minor, 0)) AS BIGINT) AS tax_minor,
        CAST(COUNT(DISTINCT CASE WHEN kind = 'invoice' THEN invoice_key END) AS BIGINT) AS count_invoices
    FROM documents
    WHERE kind IN ('invoice', 'credit_note') AND NOT is_cash_sale
        AND issued_on > $start AND issued_on <= $as_of
        AND account_class IN ('receivable', 'doubtful', 'retention')
    GROUP BY customer_key, currency
) AS g
JOIN customers AS c ON c.customer_key = g.customer_key
JOIN companies AS k ON k.company_id = c.company_id
WHERE COALESCE(k.level, 'A') <> 'C'
ORDER BY c.company_id, c.customer_id, g.currency

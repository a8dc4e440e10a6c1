-- Net sales TTC of each company by month of the document, cash sales out: what sales_months sums.
DELETE FROM company_sales;

INSERT INTO company_sales
SELECT
    c.company_id, d.currency,
    MAKE_DATE(CAST(YEAR(d.issued_on) AS INTEGER), CAST(MONTH(d.issued_on) AS INTEGER), 1),
    CAST(SUM(d.amount_minor) AS BIGINT),
    CAST(SUM(CASE WHEN d.kind = 'invoice' AND d.document_key = d.invoice_key THEN 1 ELSE 0 END)
        + COUNT(DISTINCT CASE WHEN d.kind = 'invoice' AND d.document_key <> d.invoice_key
            THEN d.invoice_key END) AS BIGINT),
    CAST(SUM(CASE WHEN d.kind = 'invoice' THEN d.amount_minor ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN d.kind = 'credit_note' THEN d.amount_minor ELSE 0 END) AS BIGINT)
FROM documents AS d
JOIN customers AS c ON c.customer_key = d.customer_key
WHERE d.kind IN ('invoice', 'credit_note') AND NOT d.is_cash_sale
    AND d.account_class IN ('receivable', 'doubtful', 'retention')
GROUP BY c.company_id, d.currency, YEAR(d.issued_on), MONTH(d.issued_on)

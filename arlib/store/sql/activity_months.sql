-- Invoices and credit notes by month of issue, cash sales out, of the book or of one customer.
-- Instalments of an invoice count once.
SELECT
    c.company_id, d.currency,
    MAKE_DATE(CAST(YEAR(d.issued_on) AS INTEGER), CAST(MONTH(d.issued_on) AS INTEGER), 1) AS month_on,
    CAST(SUM(CASE WHEN d.kind = 'invoice' AND d.document_key = d.invoice_key THEN 1 ELSE 0 END)
        + COUNT(DISTINCT CASE WHEN d.kind = 'invoice' AND d.document_key <> d.invoice_key
            THEN d.invoice_key END) AS BIGINT) AS count_invoices,
    CAST(SUM(CASE WHEN d.kind = 'invoice' THEN d.amount_minor ELSE 0 END) AS BIGINT) AS billed_minor,
    CAST(SUM(CASE WHEN d.kind = 'credit_note' THEN 1 ELSE 0 END) AS BIGINT) AS count_credit_notes,
    CAST(SUM(CASE WHEN d.kind = 'credit_note' THEN d.amount_minor ELSE 0 END) AS BIGINT) AS credit_note_minor
FROM documents AS d
JOIN customers AS c ON c.customer_key = d.customer_key
WHERE d.kind IN ('invoice', 'credit_note') AND NOT d.is_cash_sale
    AND d.issued_on >= $first AND d.issued_on <= $as_of
    AND d.account_class IN ('receivable', 'doubtful', 'retention')
    AND ($customer IS NULL OR c.customer_id = $customer)
    AND ($only_company IS NULL OR c.company_id = $only_company)
GROUP BY c.company_id, d.currency, YEAR(d.issued_on), MONTH(d.issued_on)
ORDER BY c.company_id, d.currency, YEAR(d.issued_on), MONTH(d.issued_on)

-- Net sales TTC by month of the document, cash sales out; months that the documents cannot give
-- (level C, months before the ledger begins) come from the sales supplied apart.
-- Months are counted as integers: truncating dates costs half as much again as the whole scan.
SELECT
    company_id, currency,
    MAKE_DATE(CAST((month_no - 1) // 12 AS INTEGER), CAST((month_no - 1) % 12 + 1 AS INTEGER), 1) AS month_on,
    CAST(SUM(sales_minor) AS BIGINT) AS sales_minor,
    CAST(SUM(count_invoices) AS BIGINT) AS count_invoices,
    CAST(SUM(billed_minor) AS BIGINT) AS billed_minor,
    CAST(SUM(credit_note_minor) AS BIGINT) AS credit_note_minor
FROM (
    SELECT
        c.company_id, d.currency, YEAR(d.issued_on) * 12 + MONTH(d.issued_on) AS month_no,
        SUM(d.amount_minor) AS sales_minor,
        SUM(CASE WHEN d.kind = 'invoice' AND d.document_key = d.invoice_key THEN 1 ELSE 0 END)
            + COUNT(DISTINCT CASE WHEN d.kind = 'invoice' AND d.document_key <> d.invoice_key
                THEN d.invoice_key END) AS count_invoices,
        SUM(CASE WHEN d.kind = 'invoice' THEN d.amount_minor ELSE 0 END) AS billed_minor,
        SUM(CASE WHEN d.kind = 'credit_note' THEN d.amount_minor ELSE 0 END) AS credit_note_minor
    FROM documents AS d
    JOIN customers AS c ON c.customer_key = d.customer_key
    JOIN companies AS k ON k.company_id = c.company_id
    WHERE d.kind IN ('invoice', 'credit_note') AND NOT d.is_cash_sale AND d.issued_on <= $as_of
        AND d.account_class IN ('receivable', 'doubtful', 'retention')
        AND COALESCE(k.level, 'A') <> 'C'
    GROUP BY c.company_id, d.currency, YEAR(d.issued_on) * 12 + MONTH(d.issued_on)
    UNION ALL
    SELECT
        s.company_id, s.currency, YEAR(s.month_on) * 12 + MONTH(s.month_on),
        s.amount_minor, 0, s.amount_minor, 0
    FROM linked_sales AS s
    JOIN live_batches AS b ON b.batch_id = s.batch_id
    JOIN companies AS c ON c.company_id = s.company_id
    JOIN customers AS k ON k.company_id = s.company_id AND k.customer_id = s.customer_id
    WHERE s.basis = 'ttc' AND LAST_DAY(s.month_on) <= $as_of
        AND (c.level = 'C' OR c.covers_from IS NULL OR LAST_DAY(s.month_on) < c.covers_from)
) AS sales
GROUP BY company_id, currency, month_no
ORDER BY company_id, currency, month_no

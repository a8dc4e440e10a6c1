-- As sales_months, for whole companies in their currencies: whole months are kept at import, only
-- the days from $partial (the first of a month that the date does not end) come from the documents.
SELECT
    company_id, currency, month_on,
    CAST(SUM(sales_minor) AS BIGINT) AS sales_minor,
    CAST(SUM(count_invoices) AS BIGINT) AS count_invoices,
    CAST(SUM(billed_minor) AS BIGINT) AS billed_minor,
    CAST(SUM(credit_note_minor) AS BIGINT) AS credit_note_minor
FROM (
    SELECT
        s.company_id, s.currency, s.month_on, s.sales_minor, s.count_invoices, s.billed_minor,
        s.credit_note_minor
    FROM company_sales AS s
    JOIN companies AS k ON k.company_id = s.company_id
    WHERE s.month_on < $partial AND COALESCE(k.level, 'A') <> 'C'
    UNION ALL
    SELECT
        c.company_id, d.currency, $partial, SUM(d.amount_minor),
        SUM(CASE WHEN d.kind = 'invoice' AND d.document_key = d.invoice_key THEN 1 ELSE 0 END)
            + COUNT(DISTINCT CASE WHEN d.kind = 'invoice' AND d.document_key <> d.invoice_key
                THEN d.invoice_key END),
        SUM(CASE WHEN d.kind = 'invoice' THEN d.amount_minor ELSE 0 END),
        SUM(CASE WHEN d.kind = 'credit_note' THEN d.amount_minor ELSE 0 END)
    FROM documents AS d
    JOIN customers AS c ON c.customer_key = d.customer_key
    JOIN companies AS k ON k.company_id = c.company_id
    WHERE d.issued_on >= $partial AND d.issued_on <= $as_of
        AND d.kind IN ('invoice', 'credit_note') AND NOT d.is_cash_sale
        AND d.account_class IN ('receivable', 'doubtful', 'retention')
        AND COALESCE(k.level, 'A') <> 'C'
    GROUP BY c.company_id, d.currency
    UNION ALL
    SELECT s.company_id, s.currency, s.month_on, s.amount_minor, 0, s.amount_minor, 0
    FROM linked_sales AS s
    JOIN live_batches AS b ON b.batch_id = s.batch_id
    JOIN companies AS c ON c.company_id = s.company_id
    JOIN customers AS k ON k.company_id = s.company_id AND k.customer_id = s.customer_id
    WHERE s.basis = 'ttc' AND LAST_DAY(s.month_on) <= $as_of
        AND (c.level = 'C' OR c.covers_from IS NULL OR LAST_DAY(s.month_on) < c.covers_from)
) AS sales
GROUP BY company_id, currency, month_on
ORDER BY company_id, currency, month_on

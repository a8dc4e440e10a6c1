-- Invoices of each month from $first on: billed (days NULL), and what was settled so many days later.
SELECT
    company_id, currency,
    MAKE_DATE(CAST((month_no - 1) // 12 AS INTEGER), CAST((month_no - 1) % 12 + 1 AS INTEGER), 1) AS month_on,
    days,
    CAST(SUM(billed_minor) AS BIGINT) AS billed_minor,
    CAST(SUM(credited_minor) AS BIGINT) AS credited_minor,
    CAST(SUM(cash_minor) AS BIGINT) AS cash_minor,
    CAST(SUM(count_items) AS BIGINT) AS count_items
FROM (
    SELECT
        c.company_id, d.currency, YEAR(d.issued_on) * 12 + MONTH(d.issued_on) AS month_no,
        CAST(NULL AS INTEGER) AS days, SUM(d.amount_minor) AS billed_minor, 0 AS credited_minor,
        0 AS cash_minor, COUNT(*) AS count_items
    FROM documents AS d
    JOIN customers AS c ON c.customer_key = d.customer_key
    WHERE d.kind = 'invoice' AND d.amount_minor > 0 AND NOT d.is_cash_sale
        AND d.issued_on >= $first AND d.issued_on <= $as_of
        AND d.account_class IN ('receivable', 'doubtful', 'retention')
    GROUP BY c.company_id, d.currency, YEAR(d.issued_on) * 12 + MONTH(d.issued_on)
    UNION ALL
    SELECT
        c.company_id, a.currency, YEAR(a.issued_on) * 12 + MONTH(a.issued_on),
        CASE WHEN a.paid_on < a.issued_on THEN 0
            WHEN a.paid_on - a.issued_on > $most THEN $most ELSE a.paid_on - a.issued_on END,
        0,
        SUM(CASE WHEN a.credit_kind IN ('payment', 'deposit') THEN 0 ELSE a.amount_minor END),
        SUM(CASE WHEN a.credit_kind IN ('payment', 'deposit') THEN a.amount_minor ELSE 0 END), 0
    FROM allocations AS a
    JOIN customers AS c ON c.customer_key = a.customer_key
    WHERE a.debit_kind = 'invoice' AND a.allocated_on <= $as_of
        AND a.issued_on >= $first AND a.issued_on <= $as_of
        AND a.account_class IN ('receivable', 'doubtful', 'retention')
        AND a.debit_key NOT IN (SELECT document_key FROM documents WHERE is_cash_sale)
    GROUP BY c.company_id, a.currency, YEAR(a.issued_on) * 12 + MONTH(a.issued_on),
        CASE WHEN a.paid_on < a.issued_on THEN 0
            WHEN a.paid_on - a.issued_on > $most THEN $most ELSE a.paid_on - a.issued_on END
) AS parts
GROUP BY company_id, currency, month_no, days
ORDER BY company_id, currency, month_no, days

-- Documents with a due date: that of a file, else derived from the rule that holds (t_ruled), else from
-- the default one (definitions §15). Only where it is needed is a date worked out.
INSERT INTO documents
SELECT
    customer_key, document_key, invoice_key, batch_key, account_class, kind, is_cash_sale,
    issued_on, posted_on,
    CASE
        WHEN file_due_on IS NOT NULL THEN file_due_on
        WHEN derived_on IS NULL THEN issued_on
        WHEN $next_business_day THEN derived_on + CASE EXTRACT(ISODOW FROM derived_on)
            WHEN 6 THEN 2 WHEN 7 THEN 1 ELSE 0
        END
        ELSE derived_on
    END,
    CASE
        WHEN file_due_on IS NOT NULL OR derived_on IS NULL THEN 'file'
        WHEN rule_no IS NOT NULL THEN 'terms'
        ELSE 'default'
    END,
    amount_minor, tax_minor, currency, amount_company_minor
FROM (
    SELECT
        d.customer_key, d.document_key, d.invoice_key, d.batch_key, d.account_class, d.kind,
        d.is_cash_sale, d.issued_on, d.posted_on, d.file_due_on, d.rule_no, d.amount_minor,
        d.tax_minor, d.currency, d.amount_company_minor,
        CASE
            WHEN d.file_due_on IS NOT NULL OR d.amount_minor <= 0 OR NOT (
                d.kind IN ('invoice', 'opening')
                OR (d.kind = 'adjustment' AND d.account_class = 'doubtful')
            ) THEN NULL
            WHEN x.kind = 'NET' THEN d.issued_on + x.days
            -- N days, then the end of that month; "months" when N is a number of months
            WHEN x.kind = 'FDM_A' AND x.months IS NOT NULL
                THEN LAST_DAY(CAST(d.issued_on + TO_MONTHS(x.months) AS DATE))
            WHEN x.kind = 'FDM_A' THEN LAST_DAY(d.issued_on + x.days)
            WHEN x.kind = 'FDM_B' THEN LAST_DAY(d.issued_on) + x.days
            WHEN x.kind = 'FDM_LE' AND x.months IS NOT NULL THEN LEAST(
                LAST_DAY(CAST(d.issued_on + TO_MONTHS(x.months) AS DATE)) + x.day,
                LAST_DAY(LAST_DAY(CAST(d.issued_on + TO_MONTHS(x.months) AS DATE)) + 1)
            )
            WHEN x.kind = 'FDM_LE' THEN LEAST(
                LAST_DAY(d.issued_on + x.days) + x.day,
                LAST_DAY(LAST_DAY(d.issued_on + x.days) + 1)
            )
            WHEN EXTRACT(DAY FROM d.issued_on) <= 10
                THEN CAST(DATE_TRUNC('month', d.issued_on) AS DATE) + 9 + x.days
            WHEN EXTRACT(DAY FROM d.issued_on) <= 20
                THEN CAST(DATE_TRUNC('month', d.issued_on) AS DATE) + 19 + x.days
            ELSE LAST_DAY(d.issued_on) + x.days
        END AS derived_on
    FROM t_ruled AS d
    JOIN t_rules AS x ON x.rule_no = COALESCE(d.rule_no, 0)
) AS derived;

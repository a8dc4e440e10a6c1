-- Documents with a due date: the file's, else that of a file loaded to complete, else derived from
-- the terms of the document, those fixed by hand for the customer at its date (t_user_terms), those
-- of the customer, of the file, else by default (definitions §15).
CREATE OR REPLACE TEMP TABLE t_completed AS
SELECT
    d.customer_key, d.number,
    MAX_BY(d.due_on, CASE WHEN d.due_on IS NOT NULL THEN r.place END) AS due_on,
    MAX_BY(d.terms, CASE WHEN d.terms IS NOT NULL THEN r.place END) AS terms
FROM t_layer_documents AS d
JOIN batch_rank AS r ON r.batch_id = d.batch_id AND NOT r.is_book
JOIN touched AS t ON t.customer_key = d.customer_key
WHERE d.number IS NOT NULL AND d.kind IN ('invoice', 'opening')
GROUP BY d.customer_key, d.number;

DELETE FROM documents
WHERE customer_key IN (SELECT customer_key FROM touched);

INSERT INTO documents
WITH dated AS (
SELECT
    d.*,
    COALESCE(d.due_on, f.due_on) AS file_due_on,
    CASE
        WHEN d.amount_minor > 0 AND (
            d.kind IN ('invoice', 'opening')
            OR (d.kind = 'adjustment' AND d.account_class = 'doubtful')
        ) THEN TRUE
        ELSE FALSE
    END AS has_terms,
    COALESCE(dt.kind, ft.kind, ut.kind, ct.kind, bt.kind) IS NOT NULL AS is_known,
    COALESCE(dt.kind, ft.kind, ut.kind, ct.kind, bt.kind, df.kind) AS terms_kind,
    CASE
        WHEN dt.kind IS NOT NULL THEN dt.days WHEN ft.kind IS NOT NULL THEN ft.days
        WHEN ut.kind IS NOT NULL THEN ut.days
        WHEN ct.kind IS NOT NULL THEN ct.days WHEN bt.kind IS NOT NULL THEN bt.days
        ELSE df.days
    END AS terms_days,
    CASE
        WHEN dt.kind IS NOT NULL THEN dt.day WHEN ft.kind IS NOT NULL THEN ft.day
        WHEN ut.kind IS NOT NULL THEN ut.day
        WHEN ct.kind IS NOT NULL THEN ct.day WHEN bt.kind IS NOT NULL THEN bt.day
        ELSE df.day
    END AS terms_day,
    CASE
        WHEN dt.kind IS NOT NULL THEN dt.months WHEN ft.kind IS NOT NULL THEN ft.months
        WHEN ut.kind IS NOT NULL THEN ut.months
        WHEN ct.kind IS NOT NULL THEN ct.months WHEN bt.kind IS NOT NULL THEN bt.months
        ELSE df.months
    END AS terms_months
FROM t_layered AS d
LEFT JOIN customers AS c ON c.customer_key = d.customer_key
LEFT JOIN t_completed AS f
    ON f.customer_key = d.customer_key AND f.number = d.number
LEFT JOIN t_user_terms AS u
    ON u.customer_key = d.customer_key AND d.issued_on >= u.from_on AND d.issued_on < u.to_on
LEFT JOIN t_terms AS ut ON ut.terms = u.terms
LEFT JOIN t_terms AS dt ON dt.terms = d.terms
LEFT JOIN t_terms AS ft ON ft.terms = f.terms
LEFT JOIN t_terms AS ct ON ct.terms = c.terms
LEFT JOIN t_terms AS bt ON bt.terms = d.batch_terms
CROSS JOIN t_default_terms AS df
),
moved AS (
SELECT
    *,
    -- the end of month that "N days, end of month" reaches
    CASE
        WHEN terms_months IS NOT NULL
            THEN LAST_DAY(CAST(issued_on + TO_MONTHS(terms_months) AS DATE))
        ELSE LAST_DAY(issued_on + terms_days)
    END AS month_on
FROM dated
),
derived AS (
SELECT
    *,
    CASE
        WHEN terms_kind = 'NET' THEN issued_on + terms_days
        WHEN terms_kind = 'FDM_A' THEN month_on
        WHEN terms_kind = 'FDM_B' THEN LAST_DAY(issued_on) + terms_days
        WHEN terms_kind = 'FDM_LE' THEN LEAST(month_on + terms_day, LAST_DAY(month_on + 1))
        WHEN EXTRACT(DAY FROM issued_on) <= 10 THEN CAST(DATE_TRUNC('month', issued_on) AS DATE) + 9 + terms_days
        WHEN EXTRACT(DAY FROM issued_on) <= 20 THEN CAST(DATE_TRUNC('month', issued_on) AS DATE) + 19 + terms_days
        ELSE LAST_DAY(issued_on) + terms_days
    END AS derived_on
FROM moved
)
SELECT
    customer_key, document_key, invoice_key, batch_key, account_class, kind, is_cash_sale,
    issued_on, posted_on,
    CASE
        WHEN file_due_on IS NOT NULL THEN file_due_on
        WHEN NOT has_terms THEN issued_on
        WHEN $next_business_day THEN derived_on + CASE EXTRACT(ISODOW FROM derived_on)
            WHEN 6 THEN 2 WHEN 7 THEN 1 ELSE 0
        END
        ELSE derived_on
    END AS due_on,
    CASE
        WHEN file_due_on IS NOT NULL OR NOT has_terms THEN 'file'
        WHEN is_known THEN 'terms'
        ELSE 'default'
    END AS due_source,
    amount_minor, tax_minor, currency, amount_company_minor
FROM derived;

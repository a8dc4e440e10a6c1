-- Net invoicing of each customer over four windows that end on each day asked (the latest first), the
-- number of invoices and their median terms over the four together. Months that the documents cannot
-- give come from the sales supplied apart, whole months alone.
WITH windows AS (
    SELECT
        UNNEST(CAST($ends AS DATE[])) AS end_on, UNNEST(CAST($cuts_1 AS DATE[])) AS cut_1,
        UNNEST(CAST($cuts_2 AS DATE[])) AS cut_2, UNNEST(CAST($cuts_3 AS DATE[])) AS cut_3,
        UNNEST(CAST($cuts_4 AS DATE[])) AS cut_4
),
sold AS (
    SELECT
        d.customer_key, d.currency, d.issued_on AS day, d.amount_minor,
        CASE WHEN d.kind = 'invoice' THEN d.invoice_key END AS invoice_key,
        CASE WHEN d.kind = 'invoice' THEN d.due_on - d.issued_on END AS terms_days
    FROM documents AS d
    JOIN customers AS c ON c.customer_key = d.customer_key
    JOIN companies AS k ON k.company_id = c.company_id
    WHERE d.kind IN ('invoice', 'credit_note') AND NOT d.is_cash_sale AND d.issued_on <= $as_of
        AND d.account_class IN ('receivable', 'doubtful', 'retention')
        AND COALESCE(k.level, 'A') <> 'C'
    UNION ALL
    SELECT k.customer_key, s.currency, LAST_DAY(s.month_on), s.amount_minor, NULL, NULL
    FROM linked_sales AS s
    JOIN live_batches AS b ON b.batch_id = s.batch_id
    JOIN companies AS c ON c.company_id = s.company_id
    JOIN customers AS k ON k.company_id = s.company_id AND k.customer_id = s.customer_id
    WHERE s.basis = 'ttc' AND LAST_DAY(s.month_on) <= $as_of
        AND (c.level = 'C' OR c.covers_from IS NULL OR LAST_DAY(s.month_on) < c.covers_from)
),
summed AS (
    SELECT
        w.end_on, s.customer_key, s.currency,
        CAST(SUM(CASE WHEN s.day > w.cut_1 THEN s.amount_minor ELSE 0 END) AS BIGINT) AS quarter_1_minor,
        CAST(SUM(CASE WHEN s.day > w.cut_2 AND s.day <= w.cut_1 THEN s.amount_minor ELSE 0 END) AS BIGINT)
            AS quarter_2_minor,
        CAST(SUM(CASE WHEN s.day > w.cut_3 AND s.day <= w.cut_2 THEN s.amount_minor ELSE 0 END) AS BIGINT)
            AS quarter_3_minor,
        CAST(SUM(CASE WHEN s.day <= w.cut_3 THEN s.amount_minor ELSE 0 END) AS BIGINT) AS quarter_4_minor,
        COUNT(DISTINCT s.invoice_key) AS count_invoices,
        QUANTILE_DISC(s.terms_days, 0.5) AS median_terms_days
    FROM sold AS s
    JOIN windows AS w ON s.day > w.cut_4 AND s.day <= w.end_on
    GROUP BY w.end_on, s.customer_key, s.currency
)
SELECT
    s.end_on AS day, c.company_id, c.customer_id, s.currency, s.quarter_1_minor, s.quarter_2_minor,
    s.quarter_3_minor, s.quarter_4_minor, s.count_invoices, s.median_terms_days
FROM summed AS s
JOIN customers AS c ON c.customer_key = s.customer_key
ORDER BY s.end_on, c.company_id, c.customer_id, s.currency

-- Credits that settle nothing yet, by kind and age since their date.
SELECT
    c.company_id, g.currency, g.kind, g.age_days, g.count, g.amount_minor
FROM (
    SELECT
        customer_key, currency,
        CASE WHEN kind IN ('payment', 'deposit') THEN 'payment'
            WHEN kind = 'credit_note' THEN 'credit_note' ELSE 'other' END AS kind,
        CASE WHEN $as_of - issued_on > 90 THEN 91 WHEN $as_of - issued_on > 60 THEN 61
            WHEN $as_of - issued_on > 30 THEN 31 ELSE 0 END AS age_days,
        CAST(COUNT(*) AS BIGINT) AS count, CAST(SUM(open_minor) AS BIGINT) AS amount_minor
    FROM document_balances
    WHERE from_on <= $as_of AND to_on > $as_of AND open_minor < 0
        AND account_class IN ('receivable', 'doubtful', 'retention')
    GROUP BY 1, 2, 3, 4
) AS g
JOIN customers AS c ON c.customer_key = g.customer_key
ORDER BY 1, 2, 3, 4

-- Invoices issued in (start, as_of] by what says their due date, and those no text known judges.
SELECT
    company_id, currency, standing, CAST(COUNT(*) AS BIGINT) AS count_invoices,
    CAST(SUM(amount_minor) AS BIGINT) AS amount_minor
FROM (
    SELECT
        c.company_id, d.currency, d.amount_minor,
        CASE WHEN d.issued_on < $first_text THEN 'before'
            WHEN d.due_source = 'default' THEN 'default' ELSE 'granted' END AS standing
    FROM documents AS d
    JOIN customers AS c ON c.customer_key = d.customer_key
    WHERE d.kind = 'invoice' AND d.amount_minor > 0
        AND d.issued_on > $start AND d.issued_on <= $as_of
        AND d.account_class IN ('receivable', 'doubtful', 'retention')
) AS issued
GROUP BY company_id, currency, standing
ORDER BY company_id, currency, standing

-- What is late at the date on invoices once disputed: the part that a clean figure leaves out.
SELECT
    c.company_id, c.customer_id, g.currency, g.overdue_minor, g.late_amount_days
FROM (
    SELECT
        b.customer_key, b.currency, CAST(SUM(b.open_minor) AS BIGINT) AS overdue_minor,
        SUM(CAST(b.open_minor AS DOUBLE) * ($as_of - b.due_on)) AS late_amount_days
    FROM document_balances AS b
    JOIN documents AS d ON d.document_key = b.document_key
    JOIN (
        SELECT DISTINCT d.invoice_key
        FROM disputes AS x JOIN documents AS d ON d.document_key = x.document_key
        WHERE x.opened_on <= $as_of
    ) AS x ON x.invoice_key = d.invoice_key
    WHERE b.from_on <= $as_of AND b.to_on > $as_of AND b.open_minor > 0 AND b.due_on < $as_of
        AND b.account_class IN ('receivable', 'doubtful', 'retention')
    GROUP BY b.customer_key, b.currency
) AS g
JOIN customers AS c ON c.customer_key = g.customer_key

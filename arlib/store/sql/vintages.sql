-- Invoices issued after $first and by $last: what was billed net of credit notes, what of it was still
-- unpaid so many days after the due date, and what was written off by the date.
WITH steps AS (
    SELECT UNNEST(CAST($offsets AS INTEGER[])) AS days
),
cohort AS (
    SELECT c.company_id, d.document_key, d.currency, d.amount_minor, d.due_on
    FROM documents AS d
    JOIN customers AS c ON c.customer_key = d.customer_key
    WHERE d.kind = 'invoice' AND d.amount_minor > 0 AND NOT d.is_cash_sale
        AND d.issued_on > $first AND d.issued_on <= $last
        AND d.account_class IN ('receivable', 'doubtful', 'retention')
)
SELECT company_id, currency, what, days, CAST(SUM(amount_minor) AS BIGINT) AS amount_minor
FROM (
    SELECT company_id, currency, 'billed' AS what, -1 AS days, amount_minor FROM cohort
    UNION ALL
    SELECT h.company_id, h.currency,
        CASE WHEN a.credit_kind = 'credit_note' THEN 'credited' ELSE 'lost' END, -1, a.amount_minor
    FROM allocations AS a
    JOIN cohort AS h ON h.document_key = a.debit_key
    WHERE a.credit_kind IN ('credit_note', 'write_off') AND a.allocated_on <= $as_of
    UNION ALL
    SELECT h.company_id, h.currency, 'unpaid', s.days, b.open_minor
    FROM cohort AS h
    CROSS JOIN steps AS s
    JOIN document_balances AS b ON b.document_key = h.document_key
        AND b.from_on <= h.due_on + s.days AND b.to_on > h.due_on + s.days
    WHERE b.open_minor > 0
) AS parts
GROUP BY company_id, currency, what, days
ORDER BY company_id, currency, what, days

-- Cash allocations by month of receipt, of one value of a level or of the whole book.
SELECT
    a.currency, CAST(DATE_TRUNC('month', a.paid_on) AS DATE) AS month_on,
    CAST(SUM(CASE WHEN a.amount_minor > 0 THEN 1 ELSE -1 END) AS BIGINT) AS count_payments,
    CAST(SUM(a.amount_minor) AS BIGINT) AS amount_minor,
    SUM(CAST(a.amount_minor AS DOUBLE) * (a.paid_on - a.due_on)) AS delay_amount,
    SUM(CAST(a.amount_minor AS DOUBLE) * (a.paid_on - a.issued_on)) AS days_amount
-- part: scoped_allocations
-- part: counted_cash
GROUP BY a.currency, DATE_TRUNC('month', a.paid_on)
HAVING SUM(a.amount_minor) > 0
ORDER BY a.currency, month_on

-- Cash allocations by days from the due date, of one value of a level or of the whole book.
SELECT
    a.currency, CAST(a.paid_on - a.due_on AS BIGINT) AS days,
    CAST(SUM(CASE WHEN a.amount_minor > 0 THEN 1 ELSE -1 END) AS BIGINT) AS count_payments,
    CAST(SUM(a.amount_minor) AS BIGINT) AS amount_minor
-- part: scoped_allocations
-- part: counted_cash
GROUP BY a.currency, a.paid_on - a.due_on
HAVING SUM(CASE WHEN a.amount_minor > 0 THEN 1 ELSE -1 END) > 0
ORDER BY a.currency, days

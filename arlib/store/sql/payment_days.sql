-- Cash allocations by day of receipt. count_dates counts the customers that paid on the day: one
-- decision of a customer each, whatever the number of invoices.
SELECT
    currency, paid_on, CAST(COUNT(*) AS BIGINT) AS count_dates,
    CAST(SUM(counted) AS BIGINT) AS count_payments,
    CAST(SUM(amount_minor) AS BIGINT) AS amount_minor,
    SUM(delay_amount) AS delay_amount
FROM (
    SELECT
        a.customer_key, a.currency, a.paid_on,
        SUM(CASE WHEN a.amount_minor > 0 THEN 1 ELSE -1 END) AS counted,
        SUM(a.amount_minor) AS amount_minor,
        SUM(CAST(a.amount_minor AS DOUBLE) * (a.paid_on - a.due_on)) AS delay_amount
    -- part: scoped_allocations
    -- part: counted_cash
    GROUP BY a.customer_key, a.currency, a.paid_on
    HAVING SUM(a.amount_minor) > 0
) AS runs
GROUP BY currency, paid_on
ORDER BY currency, paid_on

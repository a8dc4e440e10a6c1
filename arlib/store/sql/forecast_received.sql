-- Cash received after a past date, by day, for what forecast_open holds on that date, as the date of the
-- portfolio knows it.
SELECT b.currency, a.paid_on, CAST(SUM(a.amount_minor) AS BIGINT) AS amount_minor
FROM allocations AS a
JOIN document_balances AS b
    ON b.document_key = a.debit_key AND b.from_on <= $cut AND b.to_on > $cut
JOIN customers AS c ON c.customer_key = b.customer_key
WHERE a.allocated_on > $cut AND a.allocated_on <= $as_of AND a.paid_on > $cut AND a.paid_on <= $as_of
    AND a.credit_kind IN ('payment', 'deposit')
    AND b.open_minor > LEAST(b.disputed_minor, b.open_minor) AND b.open_minor > 0
    AND b.account_class IN ('receivable', 'doubtful', 'retention')
GROUP BY 1, 2
ORDER BY 1, 2

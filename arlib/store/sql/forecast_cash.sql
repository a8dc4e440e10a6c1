-- Cash received after a past date for the debits open then, as the date of the portfolio knows it.
SELECT
    a.debit_key AS document_key, a.paid_on, CAST(SUM(a.amount_minor) AS BIGINT) AS amount_minor
FROM allocations AS a
JOIN document_balances AS b
    ON b.document_key = a.debit_key AND b.from_on <= $cut AND b.to_on > $cut AND b.open_minor > 0
JOIN customers AS c ON c.customer_key = b.customer_key
WHERE a.allocated_on > $cut AND a.allocated_on <= $as_of AND a.paid_on > $cut AND a.paid_on <= $as_of
    AND a.credit_kind IN ('payment', 'deposit')
    AND b.account_class IN ('receivable', 'doubtful', 'retention')
GROUP BY a.debit_key, a.paid_on
HAVING SUM(a.amount_minor) <> 0
ORDER BY a.debit_key, a.paid_on

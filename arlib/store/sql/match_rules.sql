-- What is set against what, by rule and confidence, up to the date; a reversal takes back its part.
SELECT
    c.company_id, a.currency, CAST(a.rule AS VARCHAR) AS rule, a.confidence,
    CAST(SUM(CASE WHEN a.amount_minor > 0 THEN 1 ELSE -1 END) AS BIGINT) AS count,
    CAST(SUM(a.amount_minor) AS BIGINT) AS amount_minor,
    CAST(SUM(CASE WHEN a.credit_kind IN ('payment', 'deposit') THEN a.amount_minor ELSE 0 END) AS BIGINT) AS cash_minor
FROM allocations AS a
JOIN customers AS c ON c.customer_key = a.credit_customer_key
WHERE a.allocated_on <= $as_of AND a.account_class IN ('receivable', 'doubtful', 'retention')
    AND ($customer IS NULL OR c.customer_id = $customer)
GROUP BY c.company_id, a.currency, a.rule, a.confidence
ORDER BY c.company_id, a.currency, a.rule, a.confidence DESC

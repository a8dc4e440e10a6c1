-- Month ends held by the snapshots, perimeter only.
SELECT
    c.company_id, s.currency, s.account_class, s.month_end, s.bucket,
    CAST(SUM(s.balance_minor) AS BIGINT) AS amount_minor,
    CAST(SUM(s.disputed_minor) AS BIGINT) AS disputed_minor
FROM balance_snapshots AS s
JOIN customers AS c ON c.customer_key = s.customer_key
WHERE s.month_end IN (SELECT UNNEST(CAST($months AS DATE[])))
    AND s.account_class IN ('receivable', 'doubtful', 'retention')
GROUP BY c.company_id, s.currency, s.account_class, s.month_end, s.bucket

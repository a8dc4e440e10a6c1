-- Month ends held by the snapshots, perimeter only.
SELECT
    company_id, currency, account_class, month_end, bucket,
    CAST(SUM(balance_minor) AS BIGINT) AS amount_minor,
    CAST(SUM(disputed_minor) AS BIGINT) AS disputed_minor
FROM balance_snapshots
WHERE month_end IN (SELECT UNNEST(CAST($months AS DATE[])))
    AND account_class IN ('receivable', 'doubtful', 'retention')
GROUP BY company_id, currency, account_class, month_end, bucket

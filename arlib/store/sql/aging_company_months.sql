-- Month ends of whole companies, held by the snapshots, perimeter only.
SELECT
    company_id, currency, account_class, month_end, bucket,
    balance_minor AS amount_minor, disputed_minor
FROM company_snapshots
WHERE month_end IN (SELECT UNNEST(CAST($months AS DATE[])))
    AND account_class IN ('receivable', 'doubtful', 'retention')

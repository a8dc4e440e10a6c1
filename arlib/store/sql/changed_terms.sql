-- Days granted on the invoices of the twelve months (start, as_of], and days that other terms would grant:
-- their due date is given by payment regime as the files write it and by date of issue.
WITH other AS (
    SELECT
        UNNEST(CAST($regimes AS VARCHAR[])) AS regime, UNNEST(CAST($issued AS DATE[])) AS issued_on,
        UNNEST(CAST($allowed AS DATE[])) AS allowed_on
),
billed AS (
    SELECT
        c.company_id, c.customer_id, d.currency, d.amount_minor, CAST(d.amount_minor AS DOUBLE) AS amount,
        d.due_on - d.issued_on AS granted_days,
        COALESCE(o.allowed_on, d.due_on) - d.issued_on AS new_days,
        d.due_source = 'default' AS is_assumed, o.allowed_on IS NULL AS is_kept
    FROM documents AS d
    JOIN customers AS c ON c.customer_key = d.customer_key
    JOIN companies AS k ON k.company_id = c.company_id
    LEFT JOIN other AS o
        ON o.regime = COALESCE(c.payment_regime, '') AND o.issued_on = d.issued_on
    WHERE d.kind = 'invoice' AND NOT d.is_cash_sale AND d.amount_minor > 0
        AND d.issued_on > $start AND d.issued_on <= $as_of
        AND d.account_class IN ('receivable', 'doubtful', 'retention') AND COALESCE(k.level, 'A') <> 'C'
)
SELECT
    company_id, customer_id, currency, CAST(COUNT(*) AS BIGINT) AS count_invoices,
    CAST(SUM(amount_minor) AS BIGINT) AS billed_minor,
    SUM(amount * granted_days) AS granted_amount,
    SUM(amount * new_days) AS new_amount,
    SUM(amount * CASE WHEN new_days < granted_days THEN new_days ELSE granted_days END) AS capped_amount,
    CAST(SUM(CASE WHEN granted_days > new_days THEN 1 ELSE 0 END) AS BIGINT) AS count_longer,
    CAST(SUM(CASE WHEN granted_days > new_days THEN amount_minor ELSE 0 END) AS BIGINT) AS longer_minor,
    CAST(SUM(CASE WHEN is_assumed THEN amount_minor ELSE 0 END) AS BIGINT) AS assumed_minor,
    CAST(SUM(CASE WHEN is_kept THEN amount_minor ELSE 0 END) AS BIGINT) AS kept_minor
FROM billed
GROUP BY company_id, customer_id, currency
ORDER BY company_id, customer_id, currency

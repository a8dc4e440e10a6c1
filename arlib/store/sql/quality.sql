-- Problems of the live files by code; a note cut short says how many more there are, not how much.
SELECT
    code, severity, currency, CAST(SUM(count) AS BIGINT) AS count,
    CAST(SUM(amount_minor) AS BIGINT) AS amount_minor,
    CAST(SUM(ABS(amount_minor)) AS BIGINT) AS absolute_minor,
    CAST(SUM(CASE WHEN amount_minor IS NULL THEN count ELSE 0 END) AS BIGINT) AS count_unpriced
FROM (
    SELECT
        CASE WHEN i.code = 'more_lines_alike' THEN i.detail ELSE i.code END AS code,
        i.severity, i.currency, i.amount_minor,
        CASE WHEN i.code = 'more_lines_alike' THEN COALESCE(TRY_CAST(i.value AS BIGINT), 1) ELSE 1 END AS count
    FROM layer_issues AS i
    JOIN live_batches AS b ON b.batch_id = i.batch_id
    JOIN companies AS c ON c.company_id = b.company_id
    UNION ALL
    -- found when the book is built, not when a file is read
    SELECT 'opening_unpaired', 'doubtful', o.currency, o.amount_minor, 1
    FROM opening_pairings AS o
    JOIN customers AS c ON c.customer_key = o.customer_key
    WHERE o.how IS NULL
    UNION ALL
    SELECT 'year_missing', 'doubtful', NULL, NULL, 1
    FROM ledger_years AS y
    JOIN companies AS c ON c.company_id = y.company_id
    WHERE y.starts_on IS NOT NULL AND y.previous_batch_ids IS NULL
) AS said
GROUP BY code, severity, currency
ORDER BY severity, code, currency

-- What the score reads of the book beside the hazard, one row a day asked, customer and currency.
-- A rest within the paid tolerance stays in balances and leaves behaviour: `clearances` says which.
WITH asked AS (
    SELECT UNNEST($days) AS day, UNNEST($starts) AS start_on, UNNEST($returned) AS returned_since
)
SELECT
    f.day, c.company_id, c.customer_id, f.currency,
    CAST(SUM(f.count_paid) - SUM(f.count_parts) AS BIGINT) AS count_paid,
    CAST(SUM(f.count_paid) AS BIGINT) AS count_delays, SUM(f.delay_days) AS delay_days,
    CAST(SUM(f.billed_minor) AS BIGINT) AS billed_minor,
    CAST(SUM(f.contested_minor) AS BIGINT) AS contested_minor,
    CAST(SUM(f.outstanding_minor) AS BIGINT) AS outstanding_minor,
    CAST(SUM(f.open_debit_minor) AS BIGINT) AS open_debit_minor,
    CAST(SUM(f.overdue_free_minor) AS BIGINT) AS overdue_free_minor,
    CAST(MAX(f.oldest_days) AS BIGINT) AS oldest_days,
    CAST(MAX(f.oldest_free_days) AS BIGINT) AS oldest_free_days,
    CAST(MAX(f.largest_old_minor) AS BIGINT) AS largest_old_minor,
    MAX(f.returned_on) AS returned_on,
    COALESCE(BOOL_OR(k.company_id IS NOT NULL), FALSE) AS knows_disputes
FROM (
    SELECT
        a.day, x.customer_key, x.currency,
        SUM(CASE WHEN x.cleared_on IS NOT NULL AND x.is_cash AND x.confidence >= $min_confidence THEN 1 ELSE 0 END)
            AS count_paid,
        0 AS count_parts,
        CAST(SUM(CASE WHEN x.is_cash AND x.confidence >= $min_confidence THEN x.cleared_on - x.due_on END) AS DOUBLE)
            AS delay_days,
        SUM(CASE WHEN x.issued_on > a.start_on THEN x.amount_minor END) AS billed_minor,
        0 AS contested_minor, 0 AS outstanding_minor, 0 AS open_debit_minor, 0 AS overdue_free_minor,
        NULL AS oldest_days, NULL AS oldest_free_days, 0 AS largest_old_minor,
        CAST(NULL AS DATE) AS returned_on
    FROM clearances AS x
    JOIN asked AS a ON x.from_on <= a.day AND x.to_on > a.day
    GROUP BY a.day, x.customer_key, x.currency
    UNION ALL
    -- an invoice in instalments is one, paid when none of them is left
    SELECT
        day, customer_key, currency, 0,
        SUM(count_cash) - COUNT(CASE WHEN count_cash > 0 AND count_cleared = count_parts THEN 1 END),
        0.0, 0, 0, 0, 0, 0, NULL, NULL, 0, NULL
    FROM (
        SELECT
            a.day, x.customer_key, x.currency, COUNT(*) AS count_parts,
            SUM(CASE WHEN x.cleared_on IS NOT NULL AND x.confidence >= $min_confidence THEN 1 ELSE 0 END)
                AS count_cleared,
            SUM(CASE WHEN x.cleared_on IS NOT NULL AND x.is_cash AND x.confidence >= $min_confidence
                THEN 1 ELSE 0 END) AS count_cash
        FROM documents AS d
        JOIN clearances AS x ON x.document_key = d.document_key
        JOIN asked AS a ON x.from_on <= a.day AND x.to_on > a.day
        WHERE d.invoice_key IN (SELECT invoice_key FROM documents WHERE document_key <> invoice_key)
        GROUP BY a.day, x.customer_key, x.currency, d.invoice_key
    ) AS parted
    GROUP BY day, customer_key, currency
    UNION ALL
    SELECT
        day, customer_key, currency, 0, 0, 0.0, 0, SUM(LEAST(contested_minor, amount_minor)), 0, 0, 0,
        NULL, NULL, 0, NULL
    FROM (
        SELECT
            a.day, d.customer_key, d.currency, d.document_key, d.amount_minor,
            SUM(COALESCE(x.amount_minor, d.amount_minor)) AS contested_minor
        FROM disputes AS x
        JOIN documents AS d ON d.document_key = x.document_key
        JOIN asked AS a ON x.opened_on <= a.day AND d.issued_on > a.start_on AND d.issued_on <= a.day
        WHERE NOT x.is_undated AND d.kind IN ('invoice', 'opening') AND d.amount_minor > 0
            AND d.account_class IN ('receivable', 'doubtful', 'retention')
        GROUP BY a.day, d.customer_key, d.currency, d.document_key, d.amount_minor
    ) AS contested
    GROUP BY day, customer_key, currency
    UNION ALL
    SELECT
        day, customer_key, currency, 0, 0, 0.0, 0, 0,
        SUM(open_minor),
        SUM(CASE WHEN open_minor > 0 THEN open_minor ELSE 0 END),
        SUM(CASE WHEN late_days > 0 THEN free_minor ELSE 0 END),
        MAX(CASE WHEN is_owed AND late_days > 0 THEN late_days END),
        MAX(CASE WHEN is_owed AND late_days > 0 AND free_minor > 0 THEN late_days END),
        MAX(CASE WHEN is_owed AND late_days > $old_days THEN free_minor ELSE 0 END),
        NULL
    FROM (
        SELECT
            a.day, b.customer_key, b.currency, b.open_minor, a.day - b.due_on AS late_days,
            CASE WHEN b.open_minor > 0 THEN b.open_minor - b.disputed_minor ELSE 0 END AS free_minor,
            b.open_minor > 0 AND x.document_key IS NULL AS is_owed
        FROM document_balances AS b
        JOIN asked AS a ON b.from_on <= a.day AND b.to_on > a.day
        LEFT JOIN clearances AS x ON x.document_key = b.document_key
            AND x.from_on <= a.day AND x.to_on > a.day AND x.cleared_on IS NOT NULL
        WHERE b.account_class IN ('receivable', 'doubtful', 'retention')
    ) AS held
    GROUP BY day, customer_key, currency
    UNION ALL
    SELECT
        a.day, d.customer_key, d.currency, 0, 0, 0.0, 0, 0, 0, 0, 0, NULL, NULL, 0, MAX(d.issued_on)
    FROM documents AS d
    JOIN asked AS a ON d.issued_on > a.returned_since AND d.issued_on <= a.day
    WHERE d.kind = 'bounce'
    GROUP BY a.day, d.customer_key, d.currency
) AS f
JOIN customers AS c ON c.customer_key = f.customer_key
LEFT JOIN (
    SELECT c.company_id, MIN(x.opened_on) AS first_on
    FROM disputes AS x JOIN customers AS c ON c.customer_key = x.customer_key
    WHERE NOT x.is_undated AND x.opened_on <= $as_of
    GROUP BY c.company_id
) AS k ON k.company_id = c.company_id AND k.first_on <= f.day
GROUP BY f.day, c.company_id, c.customer_id, f.currency

-- What the sources say against what is analysed. A ledger counts its lines posted by the date; a
-- list of open items is a stock: its latest extraction by the date. Opening lines restate the years
-- before them: the ledger is then that of the last year alone. purged_minor: what erasures took out of
-- both sides, whole months by the date (it makes no difference).
SELECT
    company_id, currency, account_class,
    CAST(SUM(ledger_minor) AS BIGINT) AS ledger_minor,
    CAST(SUM(analysed_minor) AS BIGINT) AS analysed_minor,
    CAST(SUM(ledger_minor) - SUM(analysed_minor) AS BIGINT) AS difference_minor,
    CAST(SUM(elsewhere_minor) AS BIGINT) AS posted_elsewhere_minor,
    CAST(SUM(unpaired_minor) AS BIGINT) AS opening_unpaired_minor,
    CAST(SUM(purged_minor) AS BIGINT) AS purged_minor
FROM (
    SELECT t.company_id, t.currency, CAST(t.account_class AS VARCHAR) AS account_class, t.amount_minor AS ledger_minor,
        0 AS analysed_minor, 0 AS elsewhere_minor, 0 AS unpaired_minor, t.purged_minor
    FROM (
        SELECT batch_id, company_id, currency, account_class, posted_on, amount_minor,
            0 AS purged_minor
        FROM layer_ledger_totals
        UNION ALL
        SELECT batch_id, company_id, currency, account_class, counted_on, 0, amount_minor
        FROM purged_totals
    ) AS t
    JOIN live_batches AS b ON b.batch_id = t.batch_id AND b.replace_mode <> 'complete'
    JOIN companies AS c ON c.company_id = t.company_id
    LEFT JOIN live_batches AS later
        ON later.company_id = b.company_id AND later.scope = b.scope
        AND later.replace_mode <> 'complete' AND b.scope IN ('ledger', 'full_list')
        AND (
            COALESCE(later.extracted_on, later.covers_to), later.sha256
        ) > (COALESCE(b.extracted_on, b.covers_to), b.sha256)
        AND t.posted_on BETWEEN later.covers_from AND later.covers_to
    LEFT JOIN ledger_years AS y ON y.batch_id = b.batch_id
    WHERE t.posted_on <= $as_of AND later.batch_id IS NULL
        AND (y.ends_on IS NULL OR y.ends_on > $as_of)
        AND (b.scope <> 'open_items' OR t.posted_on = (
            SELECT MAX(o.extracted_on) FROM live_batches AS o
            WHERE o.company_id = b.company_id AND o.scope = 'open_items'
                AND o.extracted_on <= $as_of
        ))
    UNION ALL
    SELECT c.company_id, s.currency, CAST(s.account_class AS VARCHAR), 0, s.open_minor, 0, 0, 0
    FROM (
        SELECT customer_key, currency, account_class, SUM(open_minor) AS open_minor
        FROM document_balances
        WHERE from_on <= $as_of AND to_on > $as_of
        GROUP BY customer_key, currency, account_class
    ) AS s
    JOIN customers AS c ON c.customer_key = s.customer_key
    UNION ALL
    SELECT c.company_id, d.currency, CAST(d.account_class AS VARCHAR), 0, 0,
        CASE WHEN d.posted_on <= $as_of THEN d.amount_minor ELSE -d.amount_minor END, 0, 0
    FROM documents AS d
    JOIN customers AS c ON c.customer_key = d.customer_key
    WHERE d.posted_on IS NOT NULL
        AND ((d.posted_on <= $as_of AND d.issued_on > $as_of)
            OR (d.posted_on > $as_of AND d.issued_on <= $as_of))
    UNION ALL
    -- an opening line left unpaired stands beside the line of last year that it repeats
    SELECT c.company_id, o.currency, CAST(o.account_class AS VARCHAR), 0, 0, 0, -o.amount_minor, 0
    FROM opening_pairings AS o
    JOIN customers AS c ON c.customer_key = o.customer_key
    WHERE o.how IS NULL AND o.starts_on <= $as_of
) AS sides
GROUP BY company_id, currency, account_class
ORDER BY company_id, currency, account_class

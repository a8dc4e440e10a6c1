-- The same stock three ways, at a date: open items, cumulated movements and, where a snapshot holds
-- that date, buckets with what is not allocated. Only those that differ.
SELECT
    c.company_id, s.currency,
    CAST(SUM(s.items_minor) AS BIGINT) AS items_minor,
    CAST(SUM(s.movements_minor) AS BIGINT) AS movements_minor,
    CAST(SUM(s.buckets_minor) AS BIGINT) AS buckets_minor,
    MAX(CASE WHEN s.items_minor <> s.movements_minor THEN 1 ELSE 0 END) AS count_movements,
    MAX(CASE WHEN k.month_end IS NOT NULL AND s.items_minor <> s.buckets_minor THEN 1 ELSE 0 END) AS count_buckets
FROM (
    SELECT
        customer_key, currency, account_class, SUM(items_minor) AS items_minor,
        SUM(movements_minor) AS movements_minor, SUM(buckets_minor) AS buckets_minor
    FROM (
        SELECT customer_key, currency, account_class, open_minor AS items_minor,
            0 AS movements_minor, 0 AS buckets_minor
        FROM document_balances WHERE from_on <= $as_of AND to_on > $as_of
        UNION ALL
        SELECT customer_key, currency, account_class, 0, delta_minor, 0
        FROM exposure_deltas WHERE day <= $as_of
        UNION ALL
        SELECT customer_key, currency, account_class, 0, 0, balance_minor
        FROM balance_snapshots WHERE month_end = $as_of
    ) AS sides
    GROUP BY customer_key, currency, account_class
) AS s
JOIN customers AS c ON c.customer_key = s.customer_key
LEFT JOIN snapshot_months AS k ON k.month_end = $as_of
GROUP BY c.company_id, s.currency
HAVING MAX(CASE WHEN s.items_minor <> s.movements_minor THEN 1 ELSE 0 END) = 1
    OR MAX(CASE WHEN k.month_end IS NOT NULL AND s.items_minor <> s.buckets_minor THEN 1 ELSE 0 END) = 1
ORDER BY c.company_id, s.currency

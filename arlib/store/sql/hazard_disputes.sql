-- Delays of customers some of whose paid invoices were in a dated dispute before they were paid, on
-- the days asked.
WITH asked AS (
    SELECT UNNEST($days) AS day
),
kept AS (
    SELECT
        customer_key,
        ROW_NUMBER() OVER (ORDER BY company_id, customer_id) AS customer_no
    FROM customers
    WHERE NOT COALESCE(is_collective, FALSE) AND NOT COALESCE(is_intercompany, FALSE)
),
disputed AS (
    SELECT document_key, MIN(opened_on) AS opened_on
    FROM disputes WHERE NOT is_undated AND opened_on <= $as_of
    GROUP BY document_key
),
concerned AS (
    SELECT a.day, d.customer_key
    FROM disputed AS x
    JOIN documents AS d ON d.document_key = x.document_key
    JOIN asked AS a ON x.opened_on <= a.day
    GROUP BY a.day, d.customer_key
)
SELECT
    p.day, c.customer_no,
    COUNT(*) AS count_paid,
    CAST(SUM(p.delay) AS BIGINT) AS delay_days,
    COUNT(CASE WHEN p.is_disputed THEN 1 END) AS count_disputed,
    CAST(SUM(CASE WHEN p.is_disputed THEN p.delay ELSE 0 END) AS BIGINT) AS disputed_delay_days
FROM (
    SELECT
        n.day, x.customer_key,
        COALESCE(d.opened_on <= x.cleared_on, FALSE) AS is_disputed,
        GREATEST(LEAST(x.cleared_on - x.due_on, $most_late), $most_early) AS delay
    FROM clearances AS x
    JOIN concerned AS n
        ON n.customer_key = x.customer_key AND x.from_on <= n.day AND x.to_on > n.day
    LEFT JOIN disputed AS d ON d.document_key = x.document_key AND d.opened_on <= n.day
    WHERE x.is_cash AND x.confidence >= $min_confidence
) AS p
JOIN kept AS c ON c.customer_key = p.customer_key
GROUP BY p.day, c.customer_no
ORDER BY p.day, c.customer_no

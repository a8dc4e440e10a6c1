-- The past replayed against limits that are given as steps: exposure E1 in the company's currency, day
-- by day; an invoice is stopped when its day closes over the limit. One row a customer and month.
WITH who AS (
    SELECT
        c.customer_key, c.company_id, w.customer_no, w.late_no
    FROM (
        SELECT
            UNNEST(CAST($companies AS VARCHAR[])) AS company_id,
            UNNEST(CAST($codes AS VARCHAR[])) AS customer_id,
            UNNEST(CAST($numbers AS INTEGER[])) AS customer_no,
            UNNEST(CAST($late_days AS INTEGER[])) AS late_no
    ) AS w
    JOIN customers AS c ON c.company_id = w.company_id AND c.customer_id = w.customer_id
),
rates AS (
    SELECT
        UNNEST(CAST($rate_companies AS VARCHAR[])) AS company_id,
        UNNEST(CAST($rate_currencies AS VARCHAR[])) AS currency,
        UNNEST(CAST($rate_factors AS DOUBLE[])) AS factor
),
points AS (
    SELECT
        w.customer_no, CASE WHEN d.day < $first THEN $first ELSE d.day END AS day,
        d.delta_minor * r.factor AS delta, CAST(0 AS BIGINT) AS limit_delta, 0 AS limited_delta,
        0.0 AS sold, 0 AS count_sold
    FROM exposure_deltas AS d
    JOIN who AS w ON w.customer_key = d.customer_key
    JOIN rates AS r ON r.company_id = w.company_id AND r.currency = d.currency
    WHERE d.day <= $as_of AND d.account_class IN ('receivable', 'doubtful', 'retention')
    UNION ALL
    -- an invoice in instalments is one
    SELECT
        w.customer_no, d.issued_on, 0.0, 0, 0, SUM(d.amount_minor * r.factor),
        COUNT(DISTINCT d.invoice_key)
    FROM documents AS d
    JOIN who AS w ON w.customer_key = d.customer_key
    JOIN rates AS r ON r.company_id = w.company_id AND r.currency = d.currency
    WHERE d.issued_on >= $first AND d.issued_on <= $as_of AND d.kind = 'invoice'
        AND NOT d.is_cash_sale AND d.amount_minor > 0
        AND d.account_class IN ('receivable', 'doubtful', 'retention')
    GROUP BY w.customer_no, d.issued_on
    UNION ALL
    SELECT w.customer_no, m.month_on, 0.0, 0, 0, 0.0, 0
    FROM who AS w CROSS JOIN (SELECT UNNEST(CAST($months AS DATE[])) AS month_on) AS m
    UNION ALL
    SELECT
        s.customer_no, DATE '1970-01-01' + s.day_no, 0.0, s.limit_delta, s.limited_delta, 0.0, 0
    FROM (
        SELECT
            UNNEST(CAST($step_customers AS INTEGER[])) AS customer_no,
            UNNEST(CAST($step_days AS INTEGER[])) AS day_no,
            UNNEST(CAST($step_limits AS BIGINT[])) AS limit_delta,
            UNNEST(CAST($step_flags AS INTEGER[])) AS limited_delta
    ) AS s
),
daily AS (
    SELECT
        customer_no, day, SUM(delta) AS delta, SUM(limit_delta) AS limit_delta,
        SUM(limited_delta) AS limited_delta, SUM(sold) AS sold, SUM(count_sold) AS count_sold
    FROM points GROUP BY customer_no, day
),
levels AS (
    SELECT
        customer_no, day, sold, count_sold,
        ROUND(SUM(delta) OVER axis) - SUM(limit_delta) OVER axis AS excess,
        SUM(limited_delta) OVER axis > 0 AS is_limited,
        COALESCE(LEAD(day) OVER axis, $as_of + 1) AS next_day
    FROM daily
    WINDOW axis AS (PARTITION BY customer_no ORDER BY day)
),
judged AS (
    SELECT
        l.*, is_limited AND excess > 0 AS is_over,
        COALESCE(LAG(is_limited AND excess > 0) OVER (PARTITION BY customer_no ORDER BY day), FALSE)
            AS was_over
    FROM levels AS l
)
SELECT
    j.customer_no, YEAR(j.day) * 12 + MONTH(j.day) - 1 AS month_no,
    CAST(SUM(CASE WHEN is_over THEN next_day - day ELSE 0 END) AS BIGINT) AS days_over,
    CAST(SUM(CASE WHEN is_limited THEN next_day - day ELSE 0 END) AS BIGINT) AS days_limited,
    CAST(SUM(CASE WHEN is_over AND NOT was_over THEN 1 ELSE 0 END) AS BIGINT) AS count_overruns,
    CAST(MAX(CASE WHEN is_over THEN excess ELSE 0 END) AS BIGINT) AS peak_minor,
    CAST(MAX(CASE WHEN is_over AND w.late_no > day - DATE '1970-01-01' THEN excess ELSE 0 END) AS BIGINT)
        AS avoided_minor,
    CAST(SUM(count_sold) AS BIGINT) AS count_sold,
    CAST(SUM(ROUND(sold)) AS BIGINT) AS sold_minor,
    CAST(SUM(CASE WHEN is_over THEN count_sold ELSE 0 END) AS BIGINT) AS count_stopped,
    CAST(SUM(CASE WHEN is_over THEN ROUND(sold) ELSE 0 END) AS BIGINT) AS stopped_minor
FROM judged AS j
JOIN who AS w ON w.customer_no = j.customer_no
GROUP BY j.customer_no, YEAR(j.day) * 12 + MONTH(j.day) - 1
ORDER BY j.customer_no, YEAR(j.day) * 12 + MONTH(j.day) - 1

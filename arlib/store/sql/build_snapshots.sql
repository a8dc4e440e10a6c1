-- The book at month ends (t_snapshot_months), by bucket of the policy. The month ends m with
-- from_on <= m < to_on are those of the months from that of from_on to the one before that of to_on.
INSERT INTO balance_snapshots
SELECT
    month_end, customer_key, account_class, currency, bucket,
    CAST(SUM(open_minor) AS BIGINT), CAST(SUM(disputed_minor) AS BIGINT)
FROM (
    SELECT
        m.month_end, b.customer_key, b.account_class, b.currency,
        b.open_minor, b.disputed_minor,
        CASE
            WHEN b.open_minor < 0 THEN 99
            ELSE
                CASE WHEN m.month_end - b.due_on > 0 THEN 1 ELSE 0 END
                + CASE WHEN m.month_end - b.due_on > $bound_1 THEN 1 ELSE 0 END
                + CASE WHEN m.month_end - b.due_on > $bound_2 THEN 1 ELSE 0 END
                + CASE WHEN m.month_end - b.due_on > $bound_3 THEN 1 ELSE 0 END
                + CASE WHEN m.month_end - b.due_on > $bound_4 THEN 1 ELSE 0 END
                + CASE WHEN m.month_end - b.due_on > $bound_5 THEN 1 ELSE 0 END
                + CASE WHEN m.month_end - b.due_on > $bound_6 THEN 1 ELSE 0 END
                + CASE WHEN m.month_end - b.due_on > $bound_7 THEN 1 ELSE 0 END
                + CASE WHEN m.month_end - b.due_on > $bound_8 THEN 1 ELSE 0 END
        END AS bucket
    FROM (
        SELECT
            s.customer_key, s.account_class, s.currency, s.due_on, s.open_minor, s.disputed_minor,
            UNNEST(RANGE(
                GREATEST(EXTRACT(YEAR FROM s.from_on) * 12 + EXTRACT(MONTH FROM s.from_on), k.first_no),
                LEAST(EXTRACT(YEAR FROM s.to_on) * 12 + EXTRACT(MONTH FROM s.to_on), k.end_no)
            )) AS month_no
        FROM t_snapshot_source AS s
        JOIN (
            SELECT MIN(month_no) AS first_no, MAX(month_no) + 1 AS end_no FROM t_snapshot_months
        ) AS k ON k.end_no IS NOT NULL
    ) AS b
    JOIN t_snapshot_months AS m ON m.month_no = b.month_no
) AS placed
GROUP BY month_end, customer_key, account_class, currency, bucket;

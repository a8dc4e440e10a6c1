-- The book at each month end, by bucket of the policy, for the touched customers at every month end
-- and for everyone at month ends that no snapshot held yet.
CREATE OR REPLACE TEMP TABLE t_calendar AS
SELECT CAST(LAST_DAY(month_on) AS DATE) AS month_end
FROM (
    SELECT CAST(UNNEST(GENERATE_SERIES(
        DATE_TRUNC('month', (SELECT MIN(issued_on) FROM documents)),
        DATE_TRUNC('month', (SELECT MAX(last_date) FROM companies)),
        INTERVAL 1 MONTH
    )) AS DATE) AS month_on
) AS months
WHERE LAST_DAY(month_on) <= (SELECT MAX(last_date) FROM companies);

DELETE FROM balance_snapshots
WHERE month_end NOT IN (SELECT month_end FROM t_calendar)
    OR customer_key IN (SELECT customer_key FROM touched);

CREATE OR REPLACE TEMP TABLE t_new_months AS
SELECT month_end FROM t_calendar
WHERE month_end NOT IN (SELECT month_end FROM snapshot_months);

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
    FROM t_snapshot_source AS b
    JOIN t_snapshot_months AS m ON m.month_end >= b.from_on AND m.month_end < b.to_on
) AS placed
GROUP BY month_end, customer_key, account_class, currency, bucket;

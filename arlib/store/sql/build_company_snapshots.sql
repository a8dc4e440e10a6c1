-- Snapshots of customers summed by company, and the month ends they show.
DELETE FROM company_snapshots;

INSERT INTO company_snapshots
SELECT
    s.month_end, c.company_id, s.account_class, s.currency, s.bucket,
    CAST(SUM(s.balance_minor) AS BIGINT), CAST(SUM(s.disputed_minor) AS BIGINT)
FROM balance_snapshots AS s
JOIN customers AS c ON c.customer_key = s.customer_key
GROUP BY s.month_end, c.company_id, s.account_class, s.currency, s.bucket;

DELETE FROM snapshot_months;

INSERT INTO snapshot_months SELECT month_end FROM t_calendar;

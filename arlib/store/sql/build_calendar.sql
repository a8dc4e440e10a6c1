-- The month ends that snapshots show, numbered from the year 0 on; is_new: no snapshot held it yet.
CREATE OR REPLACE TEMP TABLE t_calendar AS
SELECT
    month_end, EXTRACT(YEAR FROM month_end) * 12 + EXTRACT(MONTH FROM month_end) AS month_no,
    month_end NOT IN (SELECT month_end FROM snapshot_months) AS is_new
FROM (
    SELECT CAST(LAST_DAY(month_on) AS DATE) AS month_end
    FROM (
        SELECT CAST(UNNEST(GENERATE_SERIES(
            DATE_TRUNC('month', (SELECT MIN(issued_on) FROM documents)),
            DATE_TRUNC('month', (SELECT MAX(last_date) FROM companies)),
            INTERVAL 1 MONTH
        )) AS DATE) AS month_on
    ) AS months
    WHERE LAST_DAY(month_on) <= (SELECT MAX(last_date) FROM companies)
) AS ends;

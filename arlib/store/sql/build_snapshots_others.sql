-- Those who are not touched are shown at the month ends that no snapshot held yet.
DELETE FROM balance_snapshots WHERE month_end NOT IN (SELECT month_end FROM t_calendar);

CREATE OR REPLACE TEMP VIEW t_snapshot_months AS SELECT month_end, month_no FROM t_calendar WHERE is_new;

CREATE OR REPLACE TEMP VIEW t_snapshot_source AS
SELECT b.* FROM document_balances AS b
WHERE b.customer_key NOT IN (SELECT customer_key FROM touched);

-- The touched customers are shown at every month end.
CREATE OR REPLACE TEMP VIEW t_snapshot_months AS SELECT month_end, month_no FROM t_calendar;

CREATE OR REPLACE TEMP VIEW t_snapshot_source AS SELECT * FROM t_balances;

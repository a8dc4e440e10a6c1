-- No live file holds a dispute.
CREATE OR REPLACE TEMP TABLE t_disputes (
    no UBIGINT, opened_on DATE, closed_on DATE, amount_minor BIGINT
);

-- No live file holds a dispute.
DELETE FROM disputes
WHERE customer_key IN (SELECT customer_key FROM touched);

CREATE OR REPLACE TEMP TABLE t_disputes (
    no UBIGINT, opened_on DATE, closed_on DATE, amount_minor BIGINT
);

-- Documents whose due date was told twice, from the intervals already built.
CREATE OR REPLACE TEMP TABLE t_dues AS
SELECT document_key AS no FROM t_balances
GROUP BY document_key HAVING MIN(due_on) < MAX(due_on);

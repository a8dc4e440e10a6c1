-- No list of open items: no due date was told twice.
CREATE OR REPLACE TEMP TABLE t_dues (no UBIGINT, from_on DATE, to_on DATE, due_on DATE);

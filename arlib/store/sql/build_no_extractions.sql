-- No list of open items is live: nothing is inferred.
CREATE OR REPLACE TEMP TABLE t_inferred (
    new_no UBIGINT, no UBIGINT, extracted_on DATE, previous_on DATE, drop_minor BIGINT,
    is_settlement BOOLEAN
);

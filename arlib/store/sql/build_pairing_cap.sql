-- Never more than a document: of what the years say of one carried over, the latest counts first.
CREATE OR REPLACE TEMP TABLE t_claims AS
SELECT
    batch_key, place, debit_key, credit_key, MAX(allocated_on) AS allocated_on,
    MAX(matched_on) AS matched_on, CAST(SUM(amount_minor) AS BIGINT) AS amount_minor,
    MAX(rule) AS rule, MIN(confidence) AS confidence, BOOL_OR(is_dated) AS is_dated
FROM t_layer_allocations
WHERE debit_key IN (SELECT no FROM t_excess) OR credit_key IN (SELECT no FROM t_excess)
GROUP BY batch_key, place, debit_key, credit_key;

CREATE OR REPLACE TEMP TABLE t_capped AS
SELECT
    c.* REPLACE (
        CAST(LEAST(c.amount_minor, GREATEST(c.limit_minor - c.end_minor + c.amount_minor, 0)) AS BIGINT)
        AS amount_minor
    )
FROM (
    SELECT
        m.*, COALESCE(x.amount_minor, m.amount_minor) AS limit_minor,
        CASE WHEN x.no IS NULL THEN m.amount_minor ELSE SUM(m.amount_minor) OVER (
            PARTITION BY m.debit_key ORDER BY m.place DESC, m.allocated_on, m.credit_key
        ) END AS end_minor
    FROM t_claims AS m
    LEFT JOIN t_excess AS x ON x.no = m.debit_key
) AS c;

CREATE OR REPLACE TEMP TABLE t_kept AS
SELECT
    batch_key, place, debit_key, credit_key, allocated_on, matched_on, rule, confidence, is_dated,
    CAST(LEAST(amount_minor, GREATEST(limit_minor - end_minor + amount_minor, 0)) AS BIGINT)
        AS amount_minor
FROM (
    SELECT
        m.batch_key, m.place, m.debit_key, m.credit_key, m.allocated_on, m.matched_on, m.rule,
        m.confidence, m.is_dated, m.amount_minor,
        COALESCE(x.amount_minor, m.amount_minor) AS limit_minor,
        CASE WHEN x.no IS NULL THEN m.amount_minor ELSE SUM(m.amount_minor) OVER (
            PARTITION BY m.credit_key ORDER BY m.place DESC, m.allocated_on, m.debit_key
        ) END AS end_minor
    FROM t_capped AS m
    LEFT JOIN t_excess AS x ON x.no = m.credit_key
    WHERE m.amount_minor > 0
) AS c;

INSERT INTO t_replaced SELECT batch_key, debit_key, credit_key FROM t_claims;

DELETE FROM t_moved
WHERE EXISTS (
    SELECT 1 FROM t_claims AS c
    WHERE c.debit_key = t_moved.debit_key AND c.credit_key = t_moved.credit_key
);

INSERT INTO t_moved
SELECT
    batch_key, place, debit_key, credit_key, batch_key, debit_key, batch_key, credit_key,
    allocated_on, matched_on, NULL, amount_minor, rule, confidence, is_dated, FALSE
FROM t_kept
WHERE amount_minor > 0;

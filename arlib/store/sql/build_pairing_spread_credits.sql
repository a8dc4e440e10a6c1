-- What a balance in credit pays spreads over the lines it stands for: where both axes of
-- money overlap, one pays the other. A reversal takes back what the same pair had: the net spreads.
CREATE OR REPLACE TEMP TABLE t_spread AS
SELECT
    n.*,
    SUM(n.amount_minor) OVER axis - n.amount_minor AS begin_minor,
    SUM(n.amount_minor) OVER axis AS end_minor
FROM (
    SELECT
        b.customer_key, b.account_class, b.currency, m.batch_key, m.place, m.source_debit,
        m.source_credit, m.debit_batch, m.debit_key, m.credit_batch, m.credit_key,
        MAX(m.allocated_on) AS allocated_on, MAX(m.matched_on) AS matched_on,
        CAST(SUM(m.amount_minor) AS BIGINT) AS amount_minor, MIN(m.confidence) AS confidence,
        BOOL_OR(m.is_dated) AS is_dated
    FROM t_moved AS m
    JOIN t_balanced AS b ON b.document_key = m.credit_key
    WHERE m.credit_batch = $newer
    GROUP BY
        b.customer_key, b.account_class, b.currency, m.batch_key, m.place, m.source_debit,
        m.source_credit, m.debit_batch, m.debit_key, m.credit_batch, m.credit_key
    HAVING SUM(m.amount_minor) > 0
) AS n
WINDOW axis AS (
    PARTITION BY n.customer_key, n.account_class, n.currency
    ORDER BY n.allocated_on, n.source_debit, n.source_credit
);

DELETE FROM t_moved
WHERE credit_batch = $newer AND credit_key IN (SELECT document_key FROM t_balanced);

INSERT INTO t_moved
SELECT
    s.batch_key, s.place, s.source_debit, s.source_credit, s.debit_batch, s.debit_key, t.older_key AS credit_batch, t.document_key AS credit_key,
    s.allocated_on, s.matched_on, NULL,
    CAST(LEAST(s.end_minor, t.end_minor) - GREATEST(s.begin_minor, t.begin_minor) AS BIGINT),
    'fifo', LEAST(COALESCE(s.confidence, 1.0), 0.3), s.is_dated, FALSE
FROM t_spread AS s
JOIN t_lines AS t
    ON t.customer_key = s.customer_key AND t.account_class = s.account_class
    AND t.currency = s.currency AND t.is_debit = FALSE
    AND t.begin_minor < s.end_minor AND s.begin_minor < t.end_minor;

-- The lines that a year's balances stand for, laid end to end on one axis of money, oldest first.
CREATE OR REPLACE TEMP TABLE t_lines AS
SELECT
    l.customer_key, l.account_class, l.currency, l.older_key, l.document_key,
    l.open_minor > 0 AS is_debit,
    SUM(ABS(l.open_minor)) OVER axis - ABS(l.open_minor) AS begin_minor,
    SUM(ABS(l.open_minor)) OVER axis AS end_minor
FROM t_left AS l
JOIN t_sums AS s
    ON s.newer_key = l.newer_key AND s.customer_key = l.customer_key
    AND s.account_class = l.account_class AND s.currency = l.currency
WHERE l.newer_key = $newer
WINDOW axis AS (
    PARTITION BY l.customer_key, l.account_class, l.currency, l.open_minor > 0
    ORDER BY l.due_on, l.issued_on, l.number, l.document_key
);

CREATE OR REPLACE TEMP TABLE t_balanced AS
SELECT o.document_key, o.customer_key, o.account_class, o.currency, o.amount_minor
FROM t_openings AS o
JOIN t_pairs AS p ON p.newer_key = o.newer_key AND p.opening_key = o.document_key
WHERE o.newer_key = $newer AND p.how = 'balance';

-- What the balances received or gave, and when last.
CREATE OR REPLACE TEMP TABLE t_used AS
SELECT
    b.customer_key, b.account_class, b.currency, b.amount_minor > 0 AS is_debit,
    CAST(SUM(m.amount_minor) AS BIGINT) AS amount_minor, MAX(m.allocated_on) AS last_on
FROM t_moved AS m
JOIN t_balanced AS b
    ON (m.debit_batch = $newer AND b.document_key = m.debit_key AND b.amount_minor > 0)
GROUP BY b.customer_key, b.account_class, b.currency, b.amount_minor > 0
UNION ALL
SELECT
    b.customer_key, b.account_class, b.currency, b.amount_minor > 0,
    CAST(SUM(m.amount_minor) AS BIGINT), MAX(m.allocated_on)
FROM t_moved AS m
JOIN t_balanced AS b
    ON (m.credit_batch = $newer AND b.document_key = m.credit_key AND b.amount_minor < 0)
GROUP BY b.customer_key, b.account_class, b.currency, b.amount_minor > 0;

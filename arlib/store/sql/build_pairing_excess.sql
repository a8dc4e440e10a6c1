-- Documents to which the years together allocate more than they amount to.
CREATE OR REPLACE TEMP TABLE t_roots AS
SELECT l.document_key AS no, MAX(ABS(l.amount_minor)) AS amount_minor
FROM t_older AS l
WHERE (l.newer_key, l.document_key) IN (
    SELECT (newer_key, document_key) FROM t_pairs WHERE document_key IS NOT NULL
) OR (l.newer_key, l.document_key) IN (
    SELECT (newer_key, document_key) FROM t_left
)
GROUP BY l.document_key;

CREATE OR REPLACE TEMP TABLE t_excess AS
SELECT p.no, p.amount_minor
FROM (
    SELECT a.debit_key AS no, SUM(a.amount_minor) AS amount_minor
    FROM t_layer_allocations AS a
    JOIN t_roots AS p ON p.no = a.debit_key
    GROUP BY a.debit_key
    UNION ALL
    SELECT a.credit_key, SUM(a.amount_minor)
    FROM t_layer_allocations AS a
    JOIN t_roots AS p ON p.no = a.credit_key
    GROUP BY a.credit_key
) AS sums
JOIN t_roots AS p ON p.no = sums.no
WHERE sums.amount_minor > p.amount_minor;

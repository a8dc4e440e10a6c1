-- Opening lines left over that sum, for a customer, to what all his lines left over still owed:
-- they stand for these lines together (one balance a customer).
CREATE OR REPLACE TEMP TABLE t_left AS
SELECT l.*
FROM t_older AS l
LEFT JOIN t_pairs AS p
    ON p.newer_key = l.newer_key AND p.older_key = l.older_key
    AND p.document_key = l.document_key
WHERE p.newer_key IS NULL AND l.open_minor <> 0;

CREATE OR REPLACE TEMP TABLE t_sums AS
SELECT o.newer_key, o.customer_key, o.account_class, o.currency
FROM (
    SELECT
        o.newer_key, o.customer_key, o.account_class, o.currency,
        SUM(o.amount_minor) AS amount_minor
    FROM t_openings AS o
    LEFT JOIN t_pairs AS p ON p.newer_key = o.newer_key AND p.opening_key = o.document_key
    WHERE p.newer_key IS NULL
    GROUP BY o.newer_key, o.customer_key, o.account_class, o.currency
) AS o
JOIN (
    SELECT newer_key, customer_key, account_class, currency, SUM(open_minor) AS open_minor
    FROM t_left
    GROUP BY newer_key, customer_key, account_class, currency
) AS l
    ON l.newer_key = o.newer_key AND l.customer_key = o.customer_key
    AND l.account_class = o.account_class AND l.currency = o.currency
    AND l.open_minor = o.amount_minor;

INSERT INTO t_pairs
SELECT o.newer_key, o.document_key, NULL, NULL, FALSE, FALSE, 'balance'
FROM t_openings AS o
JOIN t_sums AS s
    ON s.newer_key = o.newer_key AND s.customer_key = o.customer_key
    AND s.account_class = o.account_class AND s.currency = o.currency
LEFT JOIN t_pairs AS p ON p.newer_key = o.newer_key AND p.opening_key = o.document_key
WHERE p.newer_key IS NULL;

INSERT INTO opening_pairings
SELECT
    o.customer_key, o.newer_key, o.document_key, p.older_key, p.document_key, o.account_class,
    o.currency, o.amount_minor, o.starts_on, p.how
FROM t_openings AS o
LEFT JOIN t_pairs AS p ON p.newer_key = o.newer_key AND p.opening_key = o.document_key;

-- Allocations of the opening lines that are paired: they will move to the older documents.
CREATE OR REPLACE TEMP TABLE t_moved AS
SELECT
    r.batch_key, r.place, a.debit_key AS source_debit, a.credit_key AS source_credit,
    r.batch_key AS debit_batch, a.debit_key, r.batch_key AS credit_batch, a.credit_key,
    a.allocated_on, a.matched_on, a.allocated_after_on, a.amount_minor, a.rule, a.confidence,
    FALSE AS is_dated,
    COALESCE(d.is_whole, FALSE) AND COALESCE(c.is_whole, FALSE)
        AND (d.is_partly_paid OR c.is_partly_paid) AS is_restated
FROM layer_allocations AS a
JOIN batch_rank AS r ON r.batch_id = a.batch_id
LEFT JOIN t_pairs AS d ON d.newer_key = r.batch_key AND d.opening_key = a.debit_key
LEFT JOIN t_pairs AS c ON c.newer_key = r.batch_key AND c.opening_key = a.credit_key
WHERE r.batch_id IN (SELECT newer_id FROM year_links)
    AND (d.newer_key IS NOT NULL OR c.newer_key IS NOT NULL);

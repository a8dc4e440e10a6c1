-- When each invoice was cleared: no more than the tolerance remains due. What is known holds for an
-- interval, so that a payment that bounced is a payment until the day it came back.
CREATE OR REPLACE TEMP TABLE t_settling AS
SELECT
    debit_no, CAST(SUM(amount_minor) AS BIGINT) AS amount_minor, MIN(allocated_on) AS on_day,
    MAX(CASE WHEN credit_kind IN ('payment', 'deposit') THEN paid_on END) AS last_cash_on,
    COALESCE(
        MIN(CASE WHEN credit_kind IN ('payment', 'deposit') THEN confidence END), MIN(confidence)
    ) AS confidence,
    MIN(allocated_on) = MAX(allocated_on) AND MIN(amount_minor) > 0 AS is_simple
FROM t_allocations GROUP BY debit_no;

DELETE FROM invoice_clearings
WHERE customer_key IN (SELECT customer_key FROM touched);

-- Nearly every invoice is settled on one day, or not at all, on one due date.
INSERT INTO invoice_clearings
SELECT
    customer_key, currency, no, issued_on, due_on, amount_minor, issued_on,
    COALESCE(clear_on, DATE '9999-12-31'), DATE '9999-12-31',
    CASE WHEN clear_on IS NOT NULL THEN COALESCE(last_cash_on, clear_on) END,
    CASE WHEN clear_on IS NOT NULL THEN last_cash_on IS NOT NULL END,
    CASE WHEN clear_on IS NOT NULL THEN confidence END
FROM (
    SELECT
        d.customer_key, d.currency, d.no, d.issued_on, d.due_on, d.amount_minor, a.last_cash_on,
        a.confidence,
        CASE WHEN d.amount_minor - a.amount_minor
            <= LEAST(d.amount_minor * t.tolerance_ratio, t.tolerance_minor) THEN a.on_day
        END AS clear_on
    FROM t_documents AS d
    JOIN t_tolerances AS t ON t.currency = d.currency
    LEFT JOIN t_settling AS a ON a.debit_no = d.no
    WHERE d.kind IN ('invoice', 'opening') AND d.amount_minor > 0
        AND d.account_class IN ('receivable', 'doubtful', 'retention')
        AND COALESCE(a.is_simple, TRUE) AND d.no NOT IN (SELECT no FROM t_dues)
) AS simple;

-- The others: what was owed, and until when. A document paid on its day has no such stretch.
CREATE OR REPLACE TEMP TABLE t_clearable AS
SELECT
    d.no, d.customer_key, d.currency, d.issued_on, d.due_on, d.amount_minor,
    LEAST(d.amount_minor * t.tolerance_ratio, t.tolerance_minor) AS left_minor
FROM t_documents AS d
JOIN t_tolerances AS t ON t.currency = d.currency
WHERE d.kind IN ('invoice', 'opening') AND d.amount_minor > 0
    AND d.account_class IN ('receivable', 'doubtful', 'retention')
    AND d.no IN (
        SELECT debit_no FROM t_settling WHERE NOT is_simple UNION ALL SELECT no FROM t_dues
    );

CREATE OR REPLACE TEMP TABLE t_owed AS
SELECT
    no, due_on, from_on, to_on,
    LEAD(from_on, 1, DATE '9999-12-31') OVER (PARTITION BY no ORDER BY from_on) AS next_on
FROM (
    SELECT d.no, b.due_on, b.from_on, b.to_on
    FROM t_balances AS b
    JOIN t_clearable AS d ON d.no = b.document_key
    WHERE b.open_minor > d.left_minor
    UNION ALL
    SELECT d.no, d.due_on, d.issued_on, d.issued_on
    FROM t_clearable AS d
    WHERE NOT EXISTS (
        SELECT 1 FROM t_balances AS b
        WHERE b.document_key = d.no AND b.from_on = d.issued_on AND b.open_minor > d.left_minor
    )
) AS stretches;

CREATE OR REPLACE TEMP TABLE t_clearing AS
SELECT
    a.debit_no, a.credit_kind IN ('payment', 'deposit') AS is_cash, a.paid_on, a.confidence,
    a.allocated_on AS from_on, COALESCE(x.reversed_on, DATE '9999-12-31') AS to_on
FROM t_allocations AS a
JOIN t_clearable AS d ON d.no = a.debit_no
LEFT JOIN (
    SELECT debit_no, credit_no, MIN(allocated_on) AS reversed_on
    FROM t_allocations WHERE amount_minor < 0 GROUP BY debit_no, credit_no
) AS x ON x.debit_no = a.debit_no AND x.credit_no = a.credit_no
WHERE a.amount_minor > 0;

INSERT INTO invoice_clearings
SELECT
    d.customer_key, d.currency, d.no, d.issued_on, o.due_on, d.amount_minor, o.from_on, o.to_on,
    o.next_on, CASE WHEN o.to_on < o.next_on THEN COALESCE(c.last_cash_on, o.to_on) END,
    CASE WHEN o.to_on < o.next_on THEN c.last_cash_on IS NOT NULL END,
    CASE WHEN o.to_on < o.next_on THEN COALESCE(c.cash_confidence, c.confidence, 1.0) END
FROM t_owed AS o
JOIN t_clearable AS d ON d.no = o.no
LEFT JOIN (
    SELECT
        o.no, o.from_on,
        MAX(CASE WHEN a.is_cash THEN a.paid_on END) AS last_cash_on,
        MIN(CASE WHEN a.is_cash THEN a.confidence END) AS cash_confidence,
        MIN(a.confidence) AS confidence
    FROM t_owed AS o
    JOIN t_clearing AS a ON a.debit_no = o.no AND a.from_on <= o.to_on AND a.to_on > o.to_on
    GROUP BY o.no, o.from_on
) AS c ON c.no = o.no AND c.from_on = o.from_on;

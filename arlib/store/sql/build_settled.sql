-- When an invoice (all its instalments) stood fully settled, with the last cash that settled it.
CREATE OR REPLACE TEMP TABLE t_invoices AS
SELECT no, invoice_no, customer_key, currency, due_on, amount_minor
FROM t_documents
WHERE kind IN ('invoice', 'opening') AND amount_minor > 0
    AND account_class IN ('receivable', 'doubtful', 'retention');

CREATE OR REPLACE TEMP TABLE t_settled AS
SELECT invoice_no, from_on, to_on
FROM (
    SELECT
        invoice_no, day AS from_on,
        COALESCE(LEAD(day) OVER (PARTITION BY invoice_no ORDER BY day), DATE '9999-12-31') AS to_on,
        SUM(delta_minor) OVER (PARTITION BY invoice_no ORDER BY day) AS open_minor
    FROM (
        SELECT i.invoice_no, m.day, SUM(m.delta_minor) AS delta_minor
        FROM t_moves AS m JOIN t_invoices AS i ON i.no = m.no
        GROUP BY i.invoice_no, m.day
    ) AS daily
) AS running
WHERE open_minor = 0;

-- A payment that bounced settles nothing: its allocation was reversed.
CREATE OR REPLACE TEMP TABLE t_reversed AS
SELECT debit_no, credit_no, MIN(allocated_on) AS reversed_on
FROM t_allocations WHERE amount_minor < 0 GROUP BY debit_no, credit_no;

DELETE FROM settled_invoices
WHERE customer_key IN (SELECT customer_key FROM touched);

INSERT INTO settled_invoices
SELECT
    v.customer_key, v.currency, p.invoice_no, v.due_on, v.amount_minor,
    p.from_on, p.to_on, p.last_cash_on, p.confidence
FROM (
    SELECT
        s.invoice_no, s.from_on, s.to_on, MAX(a.paid_on) AS last_cash_on,
        MIN(a.confidence) AS confidence
    FROM t_settled AS s
    JOIN t_invoices AS i ON i.invoice_no = s.invoice_no
    JOIN t_allocations AS a ON a.debit_no = i.no AND a.allocated_on <= s.from_on
    LEFT JOIN t_reversed AS x ON x.debit_no = a.debit_no AND x.credit_no = a.credit_no
    WHERE a.amount_minor > 0 AND a.credit_kind IN ('payment', 'deposit')
        AND (x.reversed_on IS NULL OR x.reversed_on > s.from_on)
    GROUP BY s.invoice_no, s.from_on, s.to_on
) AS p
JOIN (
    SELECT invoice_no, MIN(customer_key) AS customer_key, MIN(currency) AS currency, MAX(due_on) AS due_on,
        CAST(SUM(amount_minor) AS BIGINT) AS amount_minor
    FROM t_invoices GROUP BY invoice_no
) AS v ON v.invoice_no = p.invoice_no;

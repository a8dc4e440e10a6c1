-- When an invoice (all its instalments) stood fully settled, with the last cash that settled it.
CREATE OR REPLACE TEMP TABLE t_invoices AS
SELECT no, invoice_no, customer_key, currency, due_on, amount_minor
FROM t_documents
WHERE kind IN ('invoice', 'opening') AND amount_minor > 0
    AND account_class IN ('receivable', 'doubtful', 'retention');

-- An invoice in one piece is settled during the stretches in which it owes nothing.
CREATE OR REPLACE TEMP TABLE t_settled AS
WITH split AS (SELECT DISTINCT invoice_no FROM t_invoices WHERE invoice_no <> no)
SELECT
    i.invoice_no, i.customer_key, i.currency, i.due_on, i.amount_minor, s.from_on, s.to_on
FROM t_stretches AS s
JOIN t_invoices AS i ON i.no = s.no
WHERE s.open_minor = 0 AND i.invoice_no NOT IN (SELECT invoice_no FROM split)
UNION ALL
SELECT
    v.invoice_no, v.customer_key, v.currency, v.due_on, v.amount_minor, p.from_on, p.to_on
FROM (
    SELECT
        invoice_no, day AS from_on, COALESCE(LEAD(day) OVER axis, DATE '9999-12-31') AS to_on,
        SUM(delta_minor) OVER axis AS open_minor
    FROM (
        SELECT i.invoice_no, m.day, SUM(m.delta_minor) AS delta_minor
        FROM t_invoices AS i
        JOIN split ON split.invoice_no = i.invoice_no
        JOIN t_moves AS m ON m.no = i.no
        GROUP BY i.invoice_no, m.day
    ) AS daily
    WINDOW axis AS (PARTITION BY invoice_no ORDER BY day)
) AS p
JOIN (
    SELECT
        i.invoice_no, MIN(i.customer_key) AS customer_key, MIN(i.currency) AS currency,
        MAX(i.due_on) AS due_on, CAST(SUM(i.amount_minor) AS BIGINT) AS amount_minor
    FROM t_invoices AS i
    JOIN split ON split.invoice_no = i.invoice_no
    GROUP BY i.invoice_no
) AS v ON v.invoice_no = p.invoice_no
WHERE p.open_minor = 0;

-- A payment that bounced settles nothing: its allocation was reversed.
INSERT INTO settled_invoices
SELECT
    ANY_VALUE(s.customer_key), ANY_VALUE(s.currency), s.invoice_no, ANY_VALUE(s.due_on),
    ANY_VALUE(s.amount_minor), s.from_on, ANY_VALUE(s.to_on), MAX(a.paid_on), MIN(a.confidence)
FROM t_settled AS s
JOIN t_invoices AS i ON i.invoice_no = s.invoice_no
JOIN t_allocations AS a ON a.debit_no = i.no AND a.allocated_on <= s.from_on
LEFT JOIN (
    SELECT debit_no, credit_no, MIN(allocated_on) AS reversed_on
    FROM t_allocations WHERE amount_minor < 0 GROUP BY debit_no, credit_no
) AS x ON x.debit_no = a.debit_no AND x.credit_no = a.credit_no
WHERE a.amount_minor > 0 AND a.credit_kind IN ('payment', 'deposit')
    AND (x.reversed_on IS NULL OR x.reversed_on > s.from_on)
GROUP BY s.invoice_no, s.from_on;

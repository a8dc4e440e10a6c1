-- `late`: invoices open at the date and those paid late in (start, as_of], one row an invoice and state
-- (not_due, unpaid, paid): instalments together. excl: without VAT, NULL where a file does not say it.
totals AS (
    SELECT
        invoice_key, MIN(issued_on) AS issued_on, MIN(posted_on) AS posted_on,
        CAST(SUM(amount_minor) AS BIGINT) AS amount_minor,
        CASE WHEN COUNT(*) = COUNT(tax_minor)
            THEN CAST(SUM(amount_minor - tax_minor) AS BIGINT) END AS amount_excl_minor,
        MIN(CAST(kind AS VARCHAR)) AS kind
    FROM documents
    WHERE kind IN ('invoice', 'opening') AND amount_minor > 0 AND issued_on <= $as_of
        AND account_class IN ('receivable', 'doubtful', 'retention')
    GROUP BY invoice_key
),
contested AS (
    SELECT DISTINCT d.invoice_key
    FROM disputes AS x JOIN documents AS d ON d.document_key = x.document_key
    WHERE x.opened_on <= $as_of
),
parts AS (
    SELECT
        b.customer_key, d.invoice_key, b.currency, b.due_on, b.open_minor, b.disputed_minor,
        CASE WHEN b.due_on < $as_of THEN 'unpaid' ELSE 'not_due' END AS state,
        ROUND(CAST(b.open_minor AS DOUBLE) * (d.amount_minor - d.tax_minor) / d.amount_minor)
            AS open_excl_minor
    FROM document_balances AS b
    JOIN documents AS d ON d.document_key = b.document_key
    WHERE b.from_on <= $as_of AND b.to_on > $as_of AND b.open_minor > 0
        AND b.kind IN ('invoice', 'opening')
        AND b.account_class IN ('receivable', 'doubtful', 'retention')
),
states AS (
    SELECT
        MIN(customer_key) AS customer_key, invoice_key, MIN(currency) AS currency, state,
        MIN(due_on) AS due_on, CAST(NULL AS DATE) AS paid_on,
        CAST(SUM(open_minor) AS BIGINT) AS open_minor,
        CASE WHEN COUNT(*) = COUNT(open_excl_minor)
            THEN CAST(SUM(open_excl_minor) AS BIGINT) END AS open_excl_minor,
        SUM(disputed_minor) > 0 AS is_disputed
    FROM parts
    GROUP BY invoice_key, state
    UNION ALL
    SELECT
        s.customer_key, s.invoice_key, s.currency, 'paid', s.due_on, s.last_cash_on,
        0, 0, x.invoice_key IS NOT NULL
    FROM settled_invoices AS s
    LEFT JOIN contested AS x ON x.invoice_key = s.invoice_key
    WHERE s.from_on <= $as_of AND s.to_on > $as_of
        AND s.last_cash_on > $start AND s.last_cash_on <= $as_of AND s.last_cash_on > s.due_on
),
late AS (
    SELECT
        s.customer_key, s.invoice_key, s.currency, s.state, t.kind, t.issued_on, s.due_on, s.paid_on,
        s.open_minor, s.open_excl_minor, t.amount_minor, t.amount_excl_minor,
        COALESCE(s.paid_on, $as_of) - s.due_on AS days_late,
        CASE WHEN s.is_disputed THEN 'disputed'
            WHEN t.posted_on > $as_of THEN 'unrecorded' END AS left_out
    FROM states AS s
    JOIN totals AS t ON t.invoice_key = s.invoice_key
)

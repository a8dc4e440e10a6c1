-- What was owed late, day after day: each interval counts for its days after the due date that lie after
-- the start of its company and up to the date. The day of a payment still counts, so that an invoice paid
-- n days after its due date counts n days, as it does in the late payment interest. Of it, still open: the
-- days of what is left of each debit at the date, not of what was paid of it meanwhile.
WITH windows AS (
    SELECT
        UNNEST(CAST($companies AS VARCHAR[])) AS company_id, UNNEST(CAST($starts AS DATE[])) AS start_on
),
held AS (
    SELECT
        c.company_id, c.customer_id, b.currency, b.document_key, CAST(b.open_minor AS DOUBLE) AS amount,
        CAST(b.disputed_minor AS DOUBLE) AS disputed,
        LEAST(b.to_on, $as_of) - GREATEST(b.from_on, b.due_on, w.start_on) AS days
    FROM document_balances AS b
    JOIN customers AS c ON c.customer_key = b.customer_key
    JOIN windows AS w ON w.company_id = c.company_id
    WHERE b.open_minor > 0 AND b.from_on <= $as_of AND b.to_on > w.start_on AND b.due_on < $as_of
        AND b.account_class IN ('receivable', 'doubtful', 'retention')
),
still_open AS (
    SELECT document_key, CAST(open_minor AS DOUBLE) AS amount
    FROM document_balances
    WHERE from_on <= $as_of AND to_on > $as_of AND open_minor > 0
)
SELECT
    h.company_id, h.customer_id, h.currency,
    SUM(h.amount * h.days) AS late_amount_days,
    SUM(h.disputed * h.days) AS disputed_amount_days,
    SUM(CASE WHEN o.amount IS NULL THEN 0.0 ELSE LEAST(h.amount, o.amount) * h.days END)
        AS open_amount_days,
    CAST(COUNT(DISTINCT h.document_key) AS BIGINT) AS count_late
FROM held AS h
LEFT JOIN still_open AS o ON o.document_key = h.document_key
WHERE h.days > 0
GROUP BY h.company_id, h.customer_id, h.currency
ORDER BY h.company_id, h.customer_id, h.currency

-- Debits open at each start, what of them was open at the end, and what settled them but cash.
WITH pairs AS (
    SELECT
        UNNEST(CAST($starts AS DATE[])) AS start_on,
        UNNEST(CAST($ends AS DATE[])) AS end_on
),
followed AS (
    SELECT
        p.start_on, p.end_on, b.customer_key, b.document_key, b.currency, b.open_minor, b.due_on,
        CASE WHEN p.start_on - b.due_on > 0 THEN 1 ELSE 0 END
        + CASE WHEN p.start_on - b.due_on > $bound_1 THEN 1 ELSE 0 END
        + CASE WHEN p.start_on - b.due_on > $bound_2 THEN 1 ELSE 0 END
        + CASE WHEN p.start_on - b.due_on > $bound_3 THEN 1 ELSE 0 END
        + CASE WHEN p.start_on - b.due_on > $bound_4 THEN 1 ELSE 0 END
        + CASE WHEN p.start_on - b.due_on > $bound_5 THEN 1 ELSE 0 END
        + CASE WHEN p.start_on - b.due_on > $bound_6 THEN 1 ELSE 0 END
        + CASE WHEN p.start_on - b.due_on > $bound_7 THEN 1 ELSE 0 END
        + CASE WHEN p.start_on - b.due_on > $bound_8 THEN 1 ELSE 0 END AS from_bucket
    FROM document_balances AS b
    JOIN pairs AS p ON b.from_on <= p.start_on AND b.to_on > p.start_on
    WHERE b.open_minor > 0 AND b.account_class IN ('receivable', 'doubtful', 'retention')
),
still_open AS (
    SELECT
        p.start_on, b.document_key, b.open_minor,
        CASE WHEN p.end_on - b.due_on > 0 THEN 1 ELSE 0 END
        + CASE WHEN p.end_on - b.due_on > $bound_1 THEN 1 ELSE 0 END
        + CASE WHEN p.end_on - b.due_on > $bound_2 THEN 1 ELSE 0 END
        + CASE WHEN p.end_on - b.due_on > $bound_3 THEN 1 ELSE 0 END
        + CASE WHEN p.end_on - b.due_on > $bound_4 THEN 1 ELSE 0 END
        + CASE WHEN p.end_on - b.due_on > $bound_5 THEN 1 ELSE 0 END
        + CASE WHEN p.end_on - b.due_on > $bound_6 THEN 1 ELSE 0 END
        + CASE WHEN p.end_on - b.due_on > $bound_7 THEN 1 ELSE 0 END
        + CASE WHEN p.end_on - b.due_on > $bound_8 THEN 1 ELSE 0 END AS to_bucket
    FROM document_balances AS b
    JOIN pairs AS p ON b.from_on <= p.end_on AND b.to_on > p.end_on
    WHERE b.account_class IN ('receivable', 'doubtful', 'retention')
),
settled AS (
    SELECT
        p.start_on, a.debit_key,
        CAST(SUM(CASE WHEN a.credit_kind = 'credit_note' THEN a.amount_minor ELSE 0 END) AS BIGINT)
            AS credit_note_minor,
        CAST(SUM(CASE WHEN a.credit_kind = 'write_off' THEN a.amount_minor ELSE 0 END) AS BIGINT)
            AS write_off_minor,
        CAST(SUM(CASE WHEN a.credit_kind NOT IN ('credit_note', 'write_off') THEN a.amount_minor ELSE 0 END)
            AS BIGINT) AS other_minor
    FROM allocations AS a
    JOIN pairs AS p ON a.allocated_on > p.start_on AND a.allocated_on <= p.end_on
    WHERE a.credit_kind NOT IN ('payment', 'deposit')
    GROUP BY p.start_on, a.debit_key
),

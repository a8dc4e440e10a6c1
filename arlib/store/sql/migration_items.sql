-- The documents behind one cell of the migration between two dates, the largest first.
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
ended AS (
    SELECT
        f.*, s.to_bucket, COALESCE(s.open_minor, 0) AS left_minor,
        COALESCE(t.credit_note_minor, 0) AS credit_note_minor,
        COALESCE(t.write_off_minor, 0) AS write_off_minor,
        COALESCE(t.other_minor, 0) AS other_minor
    FROM followed AS f
    LEFT JOIN still_open AS s ON s.document_key = f.document_key AND s.start_on = f.start_on
    LEFT JOIN settled AS t ON t.debit_key = f.document_key AND t.start_on = f.start_on
),
-- What cash paid is what neither stays open nor was settled otherwise: a row sums to its start.
outcomes AS (
    SELECT start_on, end_on, customer_key, document_key, currency, due_on, from_bucket, 'open' AS outcome,
        to_bucket AS to_bucket, left_minor AS amount_minor
    FROM ended
    UNION ALL
    SELECT start_on, end_on, customer_key, document_key, currency, due_on, from_bucket, 'paid' AS outcome,
        NULL AS to_bucket, open_minor - left_minor - credit_note_minor - write_off_minor - other_minor AS amount_minor
    FROM ended
    UNION ALL
    SELECT start_on, end_on, customer_key, document_key, currency, due_on, from_bucket, 'credit_note' AS outcome,
        NULL AS to_bucket, credit_note_minor AS amount_minor
    FROM ended
    UNION ALL
    SELECT start_on, end_on, customer_key, document_key, currency, due_on, from_bucket, 'write_off' AS outcome,
        NULL AS to_bucket, write_off_minor AS amount_minor
    FROM ended
    UNION ALL
    SELECT start_on, end_on, customer_key, document_key, currency, due_on, from_bucket, 'other' AS outcome,
        NULL AS to_bucket, other_minor AS amount_minor
    FROM ended
)
SELECT
    c.company_id, c.customer_id, l.number, d.kind, d.issued_on, o.due_on, o.currency,
    d.amount_minor, o.amount_minor AS cell_minor
FROM outcomes AS o
JOIN customers AS c ON c.customer_key = o.customer_key
JOIN documents AS d ON d.document_key = o.document_key
JOIN batches AS t ON t.batch_key = d.batch_key
LEFT JOIN layer_documents AS l ON l.document_key = o.document_key AND l.batch_id = t.batch_id
WHERE o.amount_minor <> 0 AND o.from_bucket = $from_bucket AND o.outcome = $outcome
    AND o.to_bucket IS NOT DISTINCT FROM $to_bucket
ORDER BY o.amount_minor DESC, c.company_id, c.customer_id, l.number, d.document_key
LIMIT $most

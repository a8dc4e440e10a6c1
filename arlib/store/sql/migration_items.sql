-- The documents behind one cell of the migration between two dates, the largest first.
-- part: followed_debits
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

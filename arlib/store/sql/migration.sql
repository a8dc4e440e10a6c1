-- What became, by each end, of every debit open at the matching start: sums by bucket and outcome.
-- part: followed_debits
-- Summed before it is spread over outcomes. What cash paid is what neither stays open nor was
-- settled otherwise: a row sums to its start.
ended AS MATERIALIZED (
    SELECT
        c.company_id, f.currency, f.start_on, f.end_on, f.from_bucket, s.to_bucket,
        SUM(COALESCE(s.open_minor, 0)) AS left_minor,
        SUM(
            f.open_minor - COALESCE(s.open_minor, 0) - COALESCE(t.credit_note_minor, 0)
            - COALESCE(t.write_off_minor, 0) - COALESCE(t.other_minor, 0)
        ) AS paid_minor,
        SUM(COALESCE(t.credit_note_minor, 0)) AS credit_note_minor,
        SUM(COALESCE(t.write_off_minor, 0)) AS write_off_minor,
        SUM(COALESCE(t.other_minor, 0)) AS other_minor,
        COUNT(s.open_minor) AS count_left,
        SUM(CASE WHEN f.open_minor <> COALESCE(s.open_minor, 0) + COALESCE(t.credit_note_minor, 0)
            + COALESCE(t.write_off_minor, 0) + COALESCE(t.other_minor, 0)
            THEN 1 ELSE 0 END) AS count_paid,
        SUM(CASE WHEN t.credit_note_minor <> 0 THEN 1 ELSE 0 END) AS count_credit_note,
        SUM(CASE WHEN t.write_off_minor <> 0 THEN 1 ELSE 0 END) AS count_write_off,
        SUM(CASE WHEN t.other_minor <> 0 THEN 1 ELSE 0 END) AS count_other
    FROM followed AS f
    JOIN customers AS c ON c.customer_key = f.customer_key
    LEFT JOIN still_open AS s ON s.document_key = f.document_key AND s.start_on = f.start_on
    LEFT JOIN settled AS t ON t.debit_key = f.document_key AND t.start_on = f.start_on
    GROUP BY c.company_id, f.currency, f.start_on, f.end_on, f.from_bucket, s.to_bucket
),
outcomes AS (
    SELECT company_id, currency, start_on, end_on, from_bucket, 'open' AS outcome, to_bucket,
        count_left AS count, left_minor AS amount_minor
    FROM ended
    UNION ALL
    SELECT company_id, currency, start_on, end_on, from_bucket, 'paid', NULL, count_paid, paid_minor
    FROM ended
    UNION ALL
    SELECT company_id, currency, start_on, end_on, from_bucket, 'credit_note', NULL,
        count_credit_note, credit_note_minor
    FROM ended
    UNION ALL
    SELECT company_id, currency, start_on, end_on, from_bucket, 'write_off', NULL, count_write_off,
        write_off_minor
    FROM ended
    UNION ALL
    SELECT company_id, currency, start_on, end_on, from_bucket, 'other', NULL, count_other,
        other_minor
    FROM ended
)
SELECT
    company_id, currency, start_on, end_on, from_bucket, outcome, to_bucket,
    CAST(SUM(count) AS BIGINT) AS count, CAST(SUM(amount_minor) AS BIGINT) AS amount_minor
FROM outcomes
WHERE count <> 0
GROUP BY company_id, currency, start_on, end_on, from_bucket, outcome, to_bucket

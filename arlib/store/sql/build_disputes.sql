-- Disputes of the file whose version of the document counts, of a file loaded to complete, and those
-- opened by hand. A dispute of a file that was closed by hand ends that day, unless its file says sooner.
CREATE OR REPLACE TEMP TABLE t_disputes AS
SELECT
    f.no, f.customer_key, f.opened_on,
    CASE
        WHEN h.happened_on IS NULL OR h.happened_on > f.closed_on THEN f.closed_on
        WHEN h.happened_on < f.opened_on THEN f.opened_on
        ELSE h.happened_on
    END AS closed_on,
    f.is_undated, f.amount_minor, f.reason,
    CASE WHEN h.happened_on < f.closed_on THEN h.outcome ELSE f.outcome END AS outcome,
    f.source, f.dispute_id, f.owner, f.target_on
FROM (
    SELECT
        d.no, d.customer_key,
        GREATEST(COALESCE(l.opened_on, d.issued_on), d.issued_on) AS opened_on,
        COALESCE(l.closed_on, DATE '9999-12-31') AS closed_on,
        l.opened_on IS NULL AS is_undated,
        l.amount_minor, l.reason, l.outcome, l.source, l.owner, l.target_on,
        'F' || SUBSTR(
            MD5(CONCAT_WS('|', d.no, COALESCE(CAST(l.opened_on AS VARCHAR), ''), COALESCE(l.reason, ''))),
            1, 11
        ) AS dispute_id
    FROM (
        SELECT
            r.batch_key, s.document_key, s.opened_on, s.closed_on, s.amount_minor, s.reason,
            s.outcome, s.source, s.owner, s.target_on
        FROM layer_disputes AS s
        JOIN batch_rank AS r ON r.batch_id = s.batch_id AND r.is_book
    ) AS l
    JOIN t_documents AS d ON d.no = l.document_key
    WHERE d.batch_key = l.batch_key
    UNION ALL
    SELECT
        d.no, d.customer_key,
        GREATEST(COALESCE(s.opened_on, d.issued_on), d.issued_on),
        COALESCE(s.closed_on, DATE '9999-12-31'),
        s.opened_on IS NULL, s.amount_minor, s.reason, s.outcome, s.source, s.owner, s.target_on,
        'F' || SUBSTR(
            MD5(CONCAT_WS('|', d.no, COALESCE(CAST(s.opened_on AS VARCHAR), ''), COALESCE(s.reason, ''))),
            1, 11
        )
    FROM layer_disputes AS s
    JOIN batch_rank AS r ON r.batch_id = s.batch_id AND NOT r.is_book
    JOIN t_layer_documents AS f ON f.batch_id = s.batch_id AND f.document_key = s.document_key
    JOIN t_layer_documents AS n ON n.customer_key = f.customer_key AND n.number = f.number
    JOIN t_documents AS d ON d.no = n.document_key AND d.kind IN ('invoice', 'opening')
    JOIN batch_rank AS own ON own.batch_key = d.batch_key AND own.batch_id = n.batch_id
) AS f
LEFT JOIN standing_user_disputes AS h ON h.dispute_id = f.dispute_id AND h.event = 'closed'
UNION ALL
SELECT
    d.no, d.customer_key, GREATEST(o.happened_on, d.issued_on),
    COALESCE(h.happened_on, DATE '9999-12-31'), FALSE, o.amount_minor, o.code, h.outcome, 'user',
    o.dispute_id, o.owner, o.target_on
FROM standing_user_disputes AS o
JOIN t_documents AS d ON d.no = o.document_key
LEFT JOIN standing_user_disputes AS h ON h.dispute_id = o.dispute_id AND h.event = 'closed'
WHERE o.event = 'opened';

INSERT INTO disputes (
    customer_key, document_key, opened_on, closed_on, is_undated, amount_minor, reason, outcome,
    source, dispute_id, owner, target_on
)
SELECT
    customer_key, no, opened_on, closed_on, is_undated, amount_minor, reason, outcome, source,
    dispute_id, owner, target_on
FROM t_disputes
WHERE closed_on > opened_on;

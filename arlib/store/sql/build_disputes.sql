-- Disputes of the file whose version of the document counts, or of a file loaded to complete.
CREATE OR REPLACE TEMP TABLE t_disputes AS
SELECT
    d.no, d.customer_key,
    GREATEST(COALESCE(l.opened_on, d.issued_on), d.issued_on) AS opened_on,
    COALESCE(l.closed_on, DATE '9999-12-31') AS closed_on,
    l.opened_on IS NULL AS is_undated,
    l.amount_minor, l.reason, l.outcome, l.source
FROM (
    SELECT r.batch_key, s.document_key, s.opened_on, s.closed_on, s.amount_minor, s.reason, s.outcome, s.source
    FROM layer_disputes AS s JOIN batch_rank AS r ON r.batch_id = s.batch_id AND r.is_book
) AS l
JOIN t_documents AS d
    ON d.no = l.document_key
WHERE d.batch_key = l.batch_key
UNION ALL
SELECT
    d.no, d.customer_key,
    GREATEST(COALESCE(s.opened_on, d.issued_on), d.issued_on),
    COALESCE(s.closed_on, DATE '9999-12-31'),
    s.opened_on IS NULL, s.amount_minor, s.reason, s.outcome, s.source
FROM layer_disputes AS s
JOIN batch_rank AS r ON r.batch_id = s.batch_id AND NOT r.is_book
JOIN t_layer_documents AS f ON f.batch_id = s.batch_id AND f.document_key = s.document_key
JOIN t_layer_documents AS n ON n.customer_key = f.customer_key AND n.number = f.number
JOIN t_documents AS d ON d.no = n.document_key AND d.kind IN ('invoice', 'opening')
JOIN batch_rank AS own ON own.batch_key = d.batch_key AND own.batch_id = n.batch_id;

INSERT INTO disputes
SELECT
    customer_key, no, opened_on, closed_on, is_undated, amount_minor, reason,
    outcome, source
FROM t_disputes
WHERE closed_on > opened_on;

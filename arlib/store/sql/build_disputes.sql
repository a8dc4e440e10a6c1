-- Disputes of the file whose version of the document counts, or of a file loaded to complete.
DELETE FROM disputes
WHERE EXISTS (
    SELECT 1 FROM touched AS t
    WHERE t.company_id = disputes.company_id AND t.customer_id = disputes.customer_id
);

CREATE OR REPLACE TEMP TABLE t_disputes AS
SELECT
    d.no, d.company_id, d.customer_id,
    GREATEST(COALESCE(l.opened_on, d.issued_on), d.issued_on) AS opened_on,
    COALESCE(l.closed_on, DATE '9999-12-31') AS closed_on,
    l.opened_on IS NULL AS is_undated,
    l.amount_minor, l.reason, l.outcome, l.source
FROM (
    SELECT s.batch_id, s.company_id, s.document_key, s.opened_on, s.closed_on, s.amount_minor, s.reason, s.outcome, s.source
    FROM layer_disputes AS s JOIN batch_rank AS r ON r.batch_id = s.batch_id AND r.is_book
) AS l
JOIN t_documents AS d
    ON d.no = l.document_key
WHERE d.batch_id = l.batch_id
UNION ALL
SELECT
    d.no, d.company_id, d.customer_id,
    GREATEST(COALESCE(s.opened_on, d.issued_on), d.issued_on),
    COALESCE(s.closed_on, DATE '9999-12-31'),
    s.opened_on IS NULL, s.amount_minor, s.reason, s.outcome, s.source
FROM layer_disputes AS s
JOIN batch_rank AS r ON r.batch_id = s.batch_id AND NOT r.is_book
JOIN layer_documents AS f ON f.batch_id = s.batch_id AND f.document_key = s.document_key
JOIN t_documents AS d
    ON d.company_id = f.company_id AND d.customer_id = f.customer_id AND d.number = f.number
    AND d.kind IN ('invoice', 'opening');

INSERT INTO disputes
SELECT
    company_id, customer_id, no, opened_on, closed_on, is_undated, amount_minor, reason,
    outcome, source
FROM t_disputes
WHERE closed_on > opened_on;

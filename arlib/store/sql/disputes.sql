-- Every dispute known by the day, open ones first then the latest: what is in dispute of its invoice,
-- what the dispute claims of it (in the currency shown), or claimed when it was closed.
SELECT
    c.company_id, c.customer_id, c.name, l.document_id, l.number, d.currency, d.issued_on, d.due_on,
    x.dispute_id, x.source, x.reason, x.owner, x.target_on,
    CASE WHEN x.is_undated THEN NULL ELSE x.opened_on END AS opened_on,
    CASE WHEN x.closed_on <= $as_of THEN x.closed_on END AS closed_on,
    CASE WHEN x.closed_on <= $as_of THEN x.outcome END AS outcome,
    d.amount_minor AS document_minor,
    CASE
        WHEN x.amount_minor IS NULL OR l.amount_minor = 0 THEN d.amount_minor
        WHEN d.currency = l.currency THEN x.amount_minor
        ELSE CAST(ROUND(CAST(x.amount_minor AS DOUBLE) * d.amount_minor / l.amount_minor) AS BIGINT)
    END AS claimed_minor,
    COALESCE(b.open_minor, 0) AS open_minor, COALESCE(b.disputed_minor, 0) AS document_disputed_minor,
    COALESCE(s.disputed_minor, 0) AS start_disputed_minor, x.opened_on AS started_on,
    h.recorded_by AS author, h.recorded_at, h.text
FROM disputes AS x
JOIN documents AS d ON d.document_key = x.document_key
JOIN customers AS c ON c.customer_key = x.customer_key
JOIN batches AS t ON t.batch_key = d.batch_key
JOIN layer_documents AS l ON l.document_key = d.document_key AND l.batch_id = t.batch_id
LEFT JOIN document_balances AS b
    ON b.document_key = x.document_key AND b.from_on <= $as_of AND b.to_on > $as_of
    AND b.open_minor > 0
-- what was in dispute of the invoice on the day it opened
LEFT JOIN document_balances AS s
    ON s.document_key = x.document_key AND s.from_on <= x.opened_on AND s.to_on > x.opened_on
    AND s.open_minor > 0
LEFT JOIN standing_user_disputes AS h ON h.change_id = x.dispute_id
WHERE x.opened_on <= $as_of
ORDER BY CASE WHEN x.closed_on <= $as_of THEN 1 ELSE 0 END, x.opened_on DESC, c.company_id,
    c.customer_id, l.document_id, x.dispute_id, x.amount_minor

-- Disputes of one customer known by the day, open ones first; amount: what is in dispute at the day, or
-- was when it was closed.
SELECT
    l.document_id, l.number, d.currency, d.amount_minor AS document_minor,
    COALESCE(x.amount_minor, d.amount_minor) AS amount_minor,
    CASE WHEN x.is_undated THEN NULL ELSE x.opened_on END AS opened_on,
    CASE WHEN x.closed_on <= $as_of THEN x.closed_on END AS closed_on, x.reason,
    CASE WHEN x.closed_on <= $as_of THEN x.outcome END AS outcome,
    x.dispute_id, x.source, x.owner, x.target_on
FROM disputes AS x
JOIN documents AS d ON d.document_key = x.document_key
JOIN customers AS c ON c.customer_key = x.customer_key
JOIN batches AS t ON t.batch_key = d.batch_key
LEFT JOIN layer_documents AS l ON l.document_key = d.document_key AND l.batch_id = t.batch_id
WHERE c.company_id = $only_company AND c.customer_id = $customer AND x.opened_on <= $as_of
ORDER BY CASE WHEN x.closed_on <= $as_of THEN 1 ELSE 0 END, x.opened_on DESC, l.number
LIMIT $most

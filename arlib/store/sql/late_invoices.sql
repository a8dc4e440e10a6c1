-- Invoices owed after their due date, whether paid since or not, one row an invoice whatever its instalments.
WITH
-- part: late_documents
SELECT
    c.company_id, c.customer_id, i.currency, i.invoice_key, l.document_id, l.number, i.kind,
    i.issued_on, l.delivered_on, i.due_on, i.due_source,
    CASE WHEN i.open_minor = 0 THEN i.settled_on END AS settled_on,
    CAST(i.last_on - i.due_on AS BIGINT) AS days_late, i.count_instalments, i.amount_minor,
    i.late_minor, i.open_minor, i.disputed_minor
FROM (
    SELECT
        d.customer_key, d.invoice_key, MIN(d.currency) AS currency, MIN(d.kind) AS kind,
        MIN(d.issued_on) AS issued_on, MIN(d.due_on) AS due_on, MAX(d.due_source) AS due_source,
        MAX(d.last_on) AS last_on, MAX(d.settled_on) AS settled_on,
        COUNT(*) AS count_instalments, MIN(d.document_key) AS document_key,
        MIN_BY(d.batch_key, d.document_key) AS batch_key,
        CAST(SUM(d.amount_minor) AS BIGINT) AS amount_minor,
        CAST(SUM(m.late_minor) AS BIGINT) AS late_minor,
        CAST(SUM(d.open_minor) AS BIGINT) AS open_minor,
        CAST(SUM(d.disputed_minor) AS BIGINT) AS disputed_minor
    FROM late_documents AS d
    JOIN (
        SELECT document_key, MAX(base_minor) AS late_minor FROM late_stretches
        WHERE from_on < to_on AND base_minor > 0 GROUP BY document_key
    ) AS m ON m.document_key = d.document_key
    GROUP BY d.customer_key, d.invoice_key
) AS i
JOIN customers AS c ON c.customer_key = i.customer_key
JOIN batches AS t ON t.batch_key = i.batch_key
LEFT JOIN layer_documents AS l ON l.document_key = i.document_key AND l.batch_id = t.batch_id
ORDER BY c.company_id, c.customer_id, i.due_on, l.document_id

-- Days from delivery to invoice and from invoice to sending, by month of issue, where files say them.
SELECT
    c.company_id, d.currency, CAST(DATE_TRUNC('month', d.issued_on) AS DATE) AS month_on,
    CAST(COUNT(CASE WHEN l.delivered_on <= $as_of THEN 1 END) AS BIGINT) AS count_delivered,
    CAST(COALESCE(SUM(CASE WHEN l.delivered_on <= $as_of
        THEN d.issued_on - l.delivered_on END), 0) AS BIGINT) AS billing_days,
    CAST(COUNT(CASE WHEN l.sent_on <= $as_of THEN 1 END) AS BIGINT) AS count_sent,
    CAST(COALESCE(SUM(CASE WHEN l.sent_on <= $as_of
        THEN l.sent_on - d.issued_on END), 0) AS BIGINT) AS sending_days
FROM (
    SELECT batch_id, document_key, delivered_on, sent_on FROM layer_documents
    WHERE delivered_on IS NOT NULL OR sent_on IS NOT NULL
) AS l
JOIN batches AS b ON b.batch_id = l.batch_id
JOIN documents AS d ON d.document_key = l.document_key AND d.batch_key = b.batch_key
JOIN customers AS c ON c.customer_key = d.customer_key
WHERE d.kind = 'invoice' AND d.issued_on >= $first AND d.issued_on <= $as_of
    AND ($customer IS NULL OR c.customer_id = $customer)
    AND ($only_company IS NULL OR c.company_id = $only_company)
GROUP BY c.company_id, d.currency, DATE_TRUNC('month', d.issued_on)
ORDER BY c.company_id, d.currency, month_on

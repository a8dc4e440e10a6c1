-- Documents whose allocations, reversals deducted, exceed their amount or take the other side.
SELECT
    company_id, currency, CAST(COUNT(*) AS BIGINT) AS count_documents,
    CAST(SUM(excess_minor) AS BIGINT) AS excess_minor, MIN(document_id) AS document_id
FROM (
    SELECT
        c.company_id, d.currency,
        CASE WHEN u.used_minor < 0 THEN -u.used_minor ELSE u.used_minor - ABS(d.amount_minor) END AS excess_minor,
        COALESCE(l.number, l.document_id, CAST(d.document_key AS VARCHAR)) AS document_id
    FROM (
        SELECT document_key, SUM(amount_minor) AS used_minor
        FROM (
            SELECT debit_key AS document_key, amount_minor FROM allocations
            UNION ALL
            SELECT credit_key, amount_minor FROM allocations
        ) AS sides
        GROUP BY document_key
    ) AS u
    JOIN documents AS d ON d.document_key = u.document_key
    JOIN customers AS c ON c.customer_key = d.customer_key
    LEFT JOIN batches AS b ON b.batch_key = d.batch_key
    LEFT JOIN layer_documents AS l ON l.document_key = d.document_key AND l.batch_id = b.batch_id
    WHERE u.used_minor < 0 OR u.used_minor > ABS(d.amount_minor)
) AS exceeding
GROUP BY company_id, currency
ORDER BY company_id, currency

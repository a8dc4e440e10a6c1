-- Rows that point to something the book does not hold, by table.
SELECT table_name, CAST(COUNT(*) AS BIGINT) AS count_rows
FROM (
    SELECT 'layer_documents' AS table_name FROM layer_documents AS x
    WHERE x.batch_id NOT IN (SELECT batch_id FROM batches)
    UNION ALL
    SELECT 'layer_allocations' FROM layer_allocations AS x
    WHERE x.batch_id NOT IN (SELECT batch_id FROM batches)
    UNION ALL
    SELECT 'layer_issues' FROM layer_issues AS x
    WHERE x.batch_id NOT IN (SELECT batch_id FROM batches)
    UNION ALL
    SELECT 'documents' FROM documents AS x
    LEFT JOIN customers AS c ON c.customer_key = x.customer_key
    LEFT JOIN live_batches AS b ON b.batch_key = x.batch_key
    WHERE c.customer_key IS NULL OR b.batch_key IS NULL
    UNION ALL
    SELECT 'allocations' FROM allocations AS x
    LEFT JOIN documents AS d ON d.document_key = x.debit_key
    LEFT JOIN documents AS c ON c.document_key = x.credit_key
    WHERE d.document_key IS NULL OR c.document_key IS NULL
    UNION ALL
    SELECT 'document_balances' FROM document_balances AS x
    LEFT JOIN documents AS d ON d.document_key = x.document_key
    WHERE d.document_key IS NULL
) AS lost
GROUP BY table_name
ORDER BY table_name

-- Opening lines of a year whose earlier files are in the book, and what each repeats (how NULL: none).
SELECT
    c.company_id, c.customer_id, o.currency, o.account_class,
    n.document_id AS opening_document_id, n.number AS opening_number, n.issued_on AS opening_on,
    o.amount_minor, o.how, d.document_id AS paired_document_id, d.number AS paired_number,
    o.starts_on, b.file_name, n.source_row
FROM opening_pairings AS o
JOIN customers AS c ON c.customer_key = o.customer_key
JOIN batches AS b ON b.batch_key = o.batch_key
LEFT JOIN layer_documents AS n
    ON n.document_key = o.opening_key AND n.batch_id = b.batch_id
LEFT JOIN batches AS older ON older.batch_key = o.older_batch_key
LEFT JOIN layer_documents AS d
    ON d.document_key = o.document_key AND d.batch_id = older.batch_id
ORDER BY c.company_id, o.how IS NOT NULL, c.customer_id, n.issued_on, n.document_id

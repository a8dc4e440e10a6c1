-- The latest of document, payment and extraction dates; dates later than the import day do not count.
UPDATE companies SET last_date = (
    SELECT MAX(day) FROM (
        SELECT MAX(d.issued_on) AS day
        FROM documents AS d JOIN batch_rank AS r ON r.batch_key = d.batch_key
        WHERE r.company_id = companies.company_id AND d.issued_on <= r.imported_on
        UNION ALL
        SELECT MAX(r.extracted_on) FROM batch_rank AS r
        WHERE r.company_id = companies.company_id AND r.is_book AND r.extracted_on <= r.imported_on
    ) AS days
)

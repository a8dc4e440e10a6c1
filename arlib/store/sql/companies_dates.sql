-- The latest of document, payment and extraction dates; dates later than the import day do not count.
UPDATE companies SET last_date = days.last_date
FROM (
    SELECT company_id, MAX(day) AS last_date
    FROM (
        SELECT r.company_id, MAX(d.issued_on) AS day
        FROM documents AS d
        JOIN batch_rank AS r ON r.batch_key = d.batch_key
        WHERE d.issued_on <= r.imported_on
        GROUP BY r.company_id
        UNION ALL
        SELECT company_id, MAX(extracted_on) FROM batch_rank
        WHERE is_book AND extracted_on <= imported_on
        GROUP BY company_id
    ) AS told
    GROUP BY company_id
) AS days
WHERE days.company_id = companies.company_id

-- The name of a company, else its code when its files are set aside.
SELECT name
FROM (
    SELECT 0 AS place, name FROM companies WHERE company_id = $company
    UNION ALL
    SELECT 1, company_id FROM batches WHERE company_id = $company
) AS said
ORDER BY place
LIMIT 1

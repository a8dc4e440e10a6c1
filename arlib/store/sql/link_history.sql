-- Every link and end of a link declared, latest first, with the main code the code had before.
SELECT
    change_id, company_id, customer_id, main_customer_id, reason, recorded_at AS at,
    recorded_by AS by, sequence,
    LAG(main_customer_id) OVER (
        PARTITION BY company_id, customer_id ORDER BY sequence
    ) AS before_customer_id
FROM customer_links
WHERE $company IS NULL OR company_id = $company
ORDER BY sequence DESC

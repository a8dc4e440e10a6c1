-- Customers that the filters keep; a search looks into codes, names and document numbers.
SELECT c.company_id, c.customer_id
FROM customers AS c
WHERE ($company IS NULL OR c.company_id = $company)
    AND ($category IS NULL OR c.category = $category)
    AND ($owner IS NULL OR c.owner = $owner)
    AND ($sector IS NULL OR c.sector = $sector)
    AND (
        $search IS NULL
        OR POSITION($search IN LOWER(c.customer_id)) > 0
        OR POSITION($search IN LOWER(c.name)) > 0
        OR EXISTS (
            SELECT 1 FROM documents AS d
            WHERE d.company_id = c.company_id AND d.customer_id = c.customer_id
                AND POSITION($search IN LOWER(d.number)) > 0
        )
    )

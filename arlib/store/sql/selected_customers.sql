-- Customers that the filters keep; a search looks into codes, names and document numbers.
SELECT c.customer_key
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
            SELECT 1 FROM customer_mains AS m
            WHERE m.main_key = c.customer_key AND POSITION($search IN LOWER(m.customer_id)) > 0
        )
        OR EXISTS (
            SELECT 1 FROM layer_documents AS d
            JOIN live_batches AS b ON b.batch_id = d.batch_id
            LEFT JOIN customer_mains AS m ON m.customer_key = d.customer_key
            WHERE COALESCE(m.main_key, d.customer_key) = c.customer_key
                AND POSITION($search IN LOWER(d.number)) > 0
        )
    )

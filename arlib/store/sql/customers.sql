-- Every customer known at the date (a document issued by then) or known by a reference file.
SELECT * EXCLUDE (customer_key)
FROM customers
WHERE first_issued_on IS NULL OR first_issued_on <= $as_of
ORDER BY company_id, customer_id

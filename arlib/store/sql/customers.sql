-- Every customer known at the date (a document issued by then) or known by a reference file.
SELECT
    company_id, customer_id, name, group_id, siren, vat_number, country, category, sector, owner,
    terms, payment_method, payment_regime, contract_late_rate, is_intercompany,
    is_natural_person, is_collective, insolvency, insolvency_on, external_score,
    external_score_scale, external_score_on, review_on, first_issued_on, address, postal_code,
    city
FROM customers
WHERE first_issued_on IS NULL OR first_issued_on <= $as_of
ORDER BY company_id, customer_id

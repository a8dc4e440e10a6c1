-- Customers of the touched set, resolved column by column: a reference file first, a filled value
-- before an empty one, then the latest extraction. batch_rank (temp): higher wins; what is said of the
-- code itself stands before what is said of a code linked to it (MAX_BY passes over empty values). A
-- group decided by hand stands before that of the files, which is kept beside it.
INSERT INTO customers
WITH names AS (
    SELECT customer_key, name
    FROM (
        SELECT n.customer_key, n.name,
            ROW_NUMBER() OVER (
                PARTITION BY n.customer_key ORDER BY n.is_own DESC, SUM(n.count_rows) DESC, n.name
            ) AS place
        FROM t_layer_customer_names AS n
        JOIN batch_rank AS r ON r.batch_id = n.batch_id
        JOIN touched AS t ON t.customer_key = n.customer_key
        GROUP BY n.customer_key, n.name, n.is_own
    ) AS ranked
    WHERE place = 1
),
known AS (
    SELECT d.customer_key, MIN(d.issued_on) AS first_issued_on
    FROM t_layer_documents AS d
    JOIN batch_rank AS r ON r.batch_id = d.batch_id AND r.is_book
    JOIN touched AS t ON t.customer_key = d.customer_key
    GROUP BY d.customer_key
),
attributes AS (
    SELECT
        customer_key,
        MAX_BY(name, place) AS name,
        BOOL_OR(name IS NOT NULL AND is_reference) AS is_named,
        MAX_BY(group_id, place) AS group_id,
        MAX_BY(siren, place) AS siren,
        MAX_BY(vat_number, place) AS vat_number,
        MAX_BY(country, place) AS country,
        MAX_BY(category, place) AS category,
        MAX_BY(sector, place) AS sector,
        MAX_BY(owner, place) AS owner,
        MAX_BY(terms, place) AS terms,
        MAX_BY(payment_method, place) AS payment_method,
        MAX_BY(payment_regime, place) AS payment_regime,
        MAX_BY(contract_late_rate, place) AS contract_late_rate,
        MAX_BY(is_intercompany, place) AS is_intercompany,
        MAX_BY(is_natural_person, place) AS is_natural_person,
        MAX_BY(is_collective, place) AS is_collective,
        MAX_BY(insolvency, place) AS insolvency,
        MAX_BY(insolvency_on, place) AS insolvency_on,
        MAX_BY(external_score, place) AS external_score,
        MAX_BY(external_score_scale, place) AS external_score_scale,
        MAX_BY(external_score_on, place) AS external_score_on,
        MAX_BY(review_on, place) AS review_on,
        -- an address is taken whole: the street of one file never goes with the town of another
        MAX_BY(COALESCE(address, ''), address_place) AS address,
        MAX_BY(COALESCE(postal_code, ''), address_place) AS postal_code,
        MAX_BY(COALESCE(city, ''), address_place) AS city
    FROM (
        SELECT
            l.*, r.is_reference, r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END AS place,
            CASE WHEN COALESCE(l.address, l.postal_code, l.city) IS NOT NULL
                THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END AS address_place
        FROM t_layer_customers AS l
        JOIN batch_rank AS r ON r.batch_id = l.batch_id
        JOIN touched AS t ON t.customer_key = l.customer_key
    ) AS said
    GROUP BY customer_key
)
SELECT
    t.customer_key,
    t.company_id,
    t.customer_id,
    COALESCE(CASE WHEN a.is_named THEN a.name END, n.name, a.name, t.customer_id),
    CASE WHEN g.change_id IS NULL THEN a.group_id ELSE g.group_id END,
    a.siren, a.vat_number, a.country, a.category, a.sector, a.owner, a.terms,
    a.payment_method, a.payment_regime, a.contract_late_rate, a.is_intercompany,
    a.is_natural_person, a.is_collective, a.insolvency, a.insolvency_on, a.external_score,
    a.external_score_scale, a.external_score_on, a.review_on, k.first_issued_on,
    a.group_id, NULLIF(a.address, ''), NULLIF(a.postal_code, ''), NULLIF(a.city, '')
FROM touched AS t
LEFT JOIN attributes AS a ON a.customer_key = t.customer_key
LEFT JOIN names AS n ON n.customer_key = t.customer_key
LEFT JOIN known AS k ON k.customer_key = t.customer_key
LEFT JOIN (
-- part: group_decisions
) AS g ON g.company_id = t.company_id AND g.customer_id = t.customer_id
WHERE a.customer_key IS NOT NULL OR k.customer_key IS NOT NULL;

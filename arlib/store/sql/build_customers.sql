-- Customers of the touched set, resolved column by column: a reference file first, a filled value
-- before an empty one, then the latest extraction. batch_rank (temp): higher wins; what is said of the
-- code itself stands before what is said of a code linked to it.
CREATE OR REPLACE TEMP TABLE t_names AS
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
WHERE place = 1;

CREATE OR REPLACE TEMP TABLE t_known AS
SELECT d.customer_key, MIN(d.issued_on) AS first_issued_on
FROM t_layer_documents AS d
JOIN batch_rank AS r ON r.batch_id = d.batch_id AND r.is_book
JOIN touched AS t ON t.customer_key = d.customer_key
GROUP BY d.customer_key;

CREATE OR REPLACE TEMP TABLE t_attributes AS
SELECT
    l.customer_key,
    MAX_BY(l.name, CASE WHEN l.name IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS name,
    MAX(CASE WHEN l.name IS NOT NULL AND r.is_reference THEN 1 ELSE 0 END) AS is_named,
    MAX_BY(l.group_id, CASE WHEN l.group_id IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS group_id,
    MAX_BY(l.siren, CASE WHEN l.siren IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS siren,
    MAX_BY(l.vat_number, CASE WHEN l.vat_number IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS vat_number,
    MAX_BY(l.country, CASE WHEN l.country IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS country,
    MAX_BY(l.category, CASE WHEN l.category IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS category,
    MAX_BY(l.sector, CASE WHEN l.sector IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS sector,
    MAX_BY(l.owner, CASE WHEN l.owner IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS owner,
    MAX_BY(l.terms, CASE WHEN l.terms IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS terms,
    MAX_BY(l.payment_method, CASE WHEN l.payment_method IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS payment_method,
    MAX_BY(l.payment_regime, CASE WHEN l.payment_regime IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS payment_regime,
    MAX_BY(l.contract_late_rate, CASE WHEN l.contract_late_rate IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS contract_late_rate,
    MAX_BY(l.is_intercompany, CASE WHEN l.is_intercompany IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS is_intercompany,
    MAX_BY(l.is_natural_person, CASE WHEN l.is_natural_person IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS is_natural_person,
    MAX_BY(l.is_collective, CASE WHEN l.is_collective IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS is_collective,
    MAX_BY(l.insolvency, CASE WHEN l.insolvency IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS insolvency,
    MAX_BY(l.insolvency_on, CASE WHEN l.insolvency_on IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS insolvency_on,
    MAX_BY(l.external_score, CASE WHEN l.external_score IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS external_score,
    MAX_BY(l.external_score_scale, CASE WHEN l.external_score_scale IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS external_score_scale,
    MAX_BY(l.external_score_on, CASE WHEN l.external_score_on IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS external_score_on,
    MAX_BY(l.review_on, CASE WHEN l.review_on IS NOT NULL THEN r.place + CASE WHEN l.is_own THEN 1000000 ELSE 0 END END) AS review_on
FROM t_layer_customers AS l
JOIN batch_rank AS r ON r.batch_id = l.batch_id
JOIN touched AS t ON t.customer_key = l.customer_key
GROUP BY l.customer_key;

DELETE FROM customers
WHERE customer_key IN (SELECT customer_key FROM touched);

INSERT INTO customers
SELECT
    t.customer_key,
    t.company_id,
    t.customer_id,
    COALESCE(CASE WHEN a.is_named = 1 THEN a.name END, n.name, a.name, t.customer_id),
    a.group_id, a.siren, a.vat_number, a.country, a.category, a.sector, a.owner, a.terms,
    a.payment_method, a.payment_regime, a.contract_late_rate, a.is_intercompany,
    a.is_natural_person, a.is_collective, a.insolvency, a.insolvency_on, a.external_score,
    a.external_score_scale, a.external_score_on, a.review_on, k.first_issued_on
FROM touched AS t
LEFT JOIN t_attributes AS a ON a.customer_key = t.customer_key
LEFT JOIN t_names AS n ON n.customer_key = t.customer_key
LEFT JOIN t_known AS k ON k.customer_key = t.customer_key
WHERE a.customer_key IS NOT NULL OR k.customer_key IS NOT NULL;

-- Codes of one company that look like one customer: same SIREN, same VAT number, same name but for
-- its legal form, or a like name whose documents begin within three months of the other's last.
-- The main one is the code used last.
WITH known AS (
    SELECT
        c.company_id, c.customer_id, c.name, c.siren, c.vat_number, d.first_on, d.last_on,
        TRIM(REGEXP_REPLACE(
            REGEXP_REPLACE(
                ' ' || REGEXP_REPLACE(STRIP_ACCENTS(UPPER(c.name)), '[^A-Z0-9]+', '  ', 'g') || ' ',
                ' (SA|SAS|SASU|SARL|EURL|SNC|SCI|SCOP|STE|SOCIETE|ETS|ETABLISSEMENTS) ',
                ' ', 'g'
            ),
            ' +', ' ', 'g'
        )) AS plain
    FROM customers AS c
    LEFT JOIN (
        SELECT customer_key, MIN(issued_on) AS first_on, MAX(issued_on) AS last_on
        FROM documents GROUP BY customer_key
    ) AS d ON d.customer_key = c.customer_key
    WHERE NOT COALESCE(c.is_collective, FALSE) AND ($company IS NULL OR c.company_id = $company)
),
pairs AS (
    SELECT a.company_id, a.customer_id AS one, b.customer_id AS other, 1 AS place, 'siren' AS why
    FROM known AS a
    JOIN known AS b ON b.company_id = a.company_id AND b.siren = a.siren
    WHERE a.customer_id < b.customer_id
    UNION ALL
    SELECT a.company_id, a.customer_id, b.customer_id, 2, 'vat_number'
    FROM known AS a
    JOIN known AS b ON b.company_id = a.company_id AND b.vat_number = a.vat_number
    WHERE a.customer_id < b.customer_id
    UNION ALL
    SELECT a.company_id, a.customer_id, b.customer_id, 3, 'name'
    FROM known AS a
    JOIN known AS b ON b.company_id = a.company_id AND b.plain = a.plain
    WHERE a.customer_id < b.customer_id AND LENGTH(a.plain) > 2 AND a.name <> a.customer_id
    UNION ALL
    SELECT a.company_id, a.customer_id, b.customer_id, 4, 'succession'
    FROM known AS a
    JOIN known AS b
        ON b.company_id = a.company_id AND LEFT(b.plain, 4) = LEFT(a.plain, 4)
    WHERE a.customer_id <> b.customer_id AND LENGTH(a.plain) > 3 AND a.plain <> b.plain
        AND b.first_on > a.last_on AND b.first_on <= a.last_on + 92
        AND (a.siren IS NULL OR b.siren IS NULL OR a.siren = b.siren)
        AND JARO_WINKLER_SIMILARITY(a.plain, b.plain) >= 0.92
),
best AS (
    SELECT company_id, LEAST(one, other) AS one, GREATEST(one, other) AS other,
        MIN_BY(why, place) AS why
    FROM pairs
    GROUP BY company_id, LEAST(one, other), GREATEST(one, other)
),
sided AS (
    SELECT
        p.company_id, p.why,
        CASE WHEN COALESCE(a.last_on, DATE '0001-01-01') > COALESCE(b.last_on, DATE '0001-01-01')
            THEN p.other ELSE p.one END AS customer_id,
        CASE WHEN COALESCE(a.last_on, DATE '0001-01-01') > COALESCE(b.last_on, DATE '0001-01-01')
            THEN p.one ELSE p.other END AS main_customer_id
    FROM best AS p
    JOIN known AS a ON a.company_id = p.company_id AND a.customer_id = p.one
    JOIN known AS b ON b.company_id = p.company_id AND b.customer_id = p.other
)
SELECT
    s.company_id, s.customer_id, k.name, s.main_customer_id, m.name AS main_name, s.why, k.last_on,
    m.first_on
FROM sided AS s
JOIN known AS k ON k.company_id = s.company_id AND k.customer_id = s.customer_id
JOIN known AS m ON m.company_id = s.company_id AND m.customer_id = s.main_customer_id
ORDER BY s.company_id, s.main_customer_id, s.customer_id

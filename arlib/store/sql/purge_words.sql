-- What tells who he is: names, codes, registration numbers; then the numbers of his documents.
SELECT DISTINCT 'name' AS kind, name AS word
FROM (
    SELECT l.name FROM layer_customers AS l
    JOIN t_purged AS p ON p.company_id = l.company_id AND p.customer_id = l.customer_id
    UNION ALL
    SELECT n.name FROM layer_customer_names AS n
    JOIN t_purged AS p ON p.customer_key = n.customer_key
    UNION ALL
    SELECT group_id FROM t_purged_groups
) AS names
UNION ALL
SELECT 'code', customer_id FROM t_purged
UNION ALL
SELECT DISTINCT 'number', said.word
FROM (
    SELECT l.siren AS word FROM layer_customers AS l
    JOIN t_purged AS p ON p.company_id = l.company_id AND p.customer_id = l.customer_id
    UNION ALL
    SELECT l.vat_number FROM layer_customers AS l
    JOIN t_purged AS p ON p.company_id = l.company_id AND p.customer_id = l.customer_id
) AS said
UNION ALL
SELECT DISTINCT 'document', said.word
FROM (
    SELECT d.number AS word FROM layer_documents AS d
    JOIN t_purged AS p ON p.customer_key = d.customer_key
    UNION ALL
    SELECT d.document_id FROM layer_documents AS d
    JOIN t_purged AS p ON p.customer_key = d.customer_key
) AS said

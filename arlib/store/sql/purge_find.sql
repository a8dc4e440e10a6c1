-- Who is erased (t_purged, filled beforehand), his documents in each file, and the groups he alone is in.
CREATE OR REPLACE TEMP TABLE t_purged_documents AS
SELECT d.batch_id, d.document_key, d.document_id, d.sheet, d.source_row
FROM layer_documents AS d
JOIN t_purged AS p ON p.customer_key = d.customer_key;

CREATE OR REPLACE TEMP TABLE t_purged_groups AS
SELECT g.company_id, g.group_id
FROM (
    SELECT company_id, customer_id, group_id FROM layer_customers
    UNION
    SELECT company_id, customer_id, group_id FROM user_groups
    UNION
    SELECT company_id, customer_id, before_group_id FROM user_groups
) AS g
LEFT JOIN t_purged AS p ON p.company_id = g.company_id AND p.customer_id = g.customer_id
WHERE g.group_id IS NOT NULL
GROUP BY g.company_id, g.group_id
HAVING MAX(CASE WHEN p.customer_key IS NULL THEN 1 ELSE 0 END) = 0;

-- Allocations between one of his documents and one of somebody else: the other's stay settled.
CREATE OR REPLACE TEMP TABLE t_purged_shared AS
SELECT a.batch_id, a.debit_key AS document_key, a.amount_minor
FROM layer_allocations AS a
WHERE a.debit_key IN (SELECT document_key FROM t_purged_documents)
    AND a.credit_key NOT IN (SELECT document_key FROM t_purged_documents)
UNION ALL
SELECT a.batch_id, a.credit_key, -a.amount_minor
FROM layer_allocations AS a
WHERE a.credit_key IN (SELECT document_key FROM t_purged_documents)
    AND a.debit_key NOT IN (SELECT document_key FROM t_purged_documents);

-- Due dates of some customers before a rebuild.
CREATE OR REPLACE TEMP TABLE t_due_before AS
SELECT d.document_key, d.due_on
FROM documents AS d
JOIN changed_terms AS t ON t.customer_key = d.customer_key;

-- The same words that others carry, too, with their company: they are the others' own.
SELECT DISTINCT l.company_id, l.name AS word FROM layer_customers AS l
WHERE l.name IN (SELECT word FROM purged_words)
UNION
SELECT DISTINCT l.company_id, l.siren FROM layer_customers AS l
WHERE l.siren IN (SELECT word FROM purged_words)
UNION
SELECT DISTINCT l.company_id, l.vat_number FROM layer_customers AS l
WHERE l.vat_number IN (SELECT word FROM purged_words)
UNION
SELECT DISTINCT n.company_id, n.name FROM layer_customer_names AS n
WHERE n.name IN (SELECT word FROM purged_words)
UNION
SELECT DISTINCT d.company_id, d.customer_id FROM layer_documents AS d
WHERE d.customer_id IN (SELECT word FROM purged_words)
UNION
SELECT DISTINCT l.company_id, l.customer_id FROM layer_customers AS l
WHERE l.customer_id IN (SELECT word FROM purged_words)
UNION
SELECT DISTINCT d.company_id, d.number FROM layer_documents AS d
WHERE d.number IN (SELECT word FROM purged_words)

-- Everything that names the customer goes; each statement counts what it took.
DELETE FROM layer_allocations
WHERE debit_key IN (SELECT document_key FROM t_purged_documents)
    OR credit_key IN (SELECT document_key FROM t_purged_documents);

DELETE FROM layer_open_items
WHERE document_key IN (SELECT document_key FROM t_purged_documents);

DELETE FROM layer_disputes
WHERE document_key IN (SELECT document_key FROM t_purged_documents);

DELETE FROM match_decisions
WHERE debit_key IN (SELECT document_key FROM t_purged_documents)
    OR credit_key IN (SELECT document_key FROM t_purged_documents);

DELETE FROM layer_documents WHERE customer_key IN (SELECT customer_key FROM t_purged);

DELETE FROM layer_customer_names WHERE customer_key IN (SELECT customer_key FROM t_purged);

DELETE FROM layer_customers WHERE customer_key IN (SELECT customer_key FROM t_purged);

DELETE FROM layer_commitments
WHERE (company_id, customer_id) IN (SELECT (company_id, customer_id) FROM t_purged);

DELETE FROM layer_sales
WHERE (company_id, customer_id) IN (SELECT (company_id, customer_id) FROM t_purged);

DELETE FROM layer_actions
WHERE (company_id, customer_id) IN (SELECT (company_id, customer_id) FROM t_purged);

DELETE FROM layer_financials
WHERE (company_id, customer_id) IN (SELECT (company_id, customer_id) FROM t_purged);

DELETE FROM layer_limits
WHERE (scope = 'customer' AND (company_id, scope_id) IN (SELECT (company_id, customer_id) FROM t_purged))
    OR (scope = 'group' AND (company_id, scope_id) IN (SELECT (company_id, group_id) FROM t_purged_groups));

DELETE FROM user_limits
WHERE (scope = 'customer' AND (company_id, scope_id) IN (SELECT (company_id, customer_id) FROM t_purged))
    OR (scope = 'group' AND (company_id, scope_id) IN (SELECT (company_id, group_id) FROM t_purged_groups));

DELETE FROM user_terms
WHERE (company_id, customer_id) IN (SELECT (company_id, customer_id) FROM t_purged);

DELETE FROM user_actions
WHERE (company_id, customer_id) IN (SELECT (company_id, customer_id) FROM t_purged);

DELETE FROM user_overrides
WHERE (company_id, customer_id) IN (SELECT (company_id, customer_id) FROM t_purged);

DELETE FROM user_groups
WHERE (company_id, customer_id) IN (SELECT (company_id, customer_id) FROM t_purged);

DELETE FROM user_disputes
WHERE (company_id, customer_id) IN (SELECT (company_id, customer_id) FROM t_purged);

DELETE FROM user_depreciations
WHERE (company_id, customer_id) IN (SELECT (company_id, customer_id) FROM t_purged);

DELETE FROM customer_links
WHERE (company_id, customer_id) IN (SELECT (company_id, customer_id) FROM t_purged)
    OR (company_id, main_customer_id) IN (SELECT (company_id, customer_id) FROM t_purged);

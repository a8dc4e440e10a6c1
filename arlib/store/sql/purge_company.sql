-- Everything of a company goes: its files, what was decided of it; each statement counts what it took.
DELETE FROM layer_companies WHERE company_id = $company;

DELETE FROM layer_customers WHERE company_id = $company;

DELETE FROM layer_customer_names WHERE company_id = $company;

DELETE FROM layer_allocations
WHERE company_id = $company OR batch_id IN (SELECT batch_id FROM batches WHERE company_id = $company);

DELETE FROM layer_open_items
WHERE company_id = $company OR batch_id IN (SELECT batch_id FROM batches WHERE company_id = $company);

DELETE FROM layer_disputes
WHERE company_id = $company OR batch_id IN (SELECT batch_id FROM batches WHERE company_id = $company);

DELETE FROM layer_documents
WHERE company_id = $company OR batch_id IN (SELECT batch_id FROM batches WHERE company_id = $company);

DELETE FROM layer_limits WHERE company_id = $company;

DELETE FROM layer_commitments WHERE company_id = $company;

DELETE FROM layer_sales WHERE company_id = $company;

DELETE FROM layer_rates WHERE company_id = $company;

DELETE FROM layer_actions WHERE company_id = $company;

DELETE FROM layer_financials WHERE company_id = $company;

DELETE FROM layer_ledger_totals WHERE company_id = $company;

DELETE FROM layer_issues
WHERE batch_id IN (SELECT batch_id FROM batches WHERE company_id = $company);

DELETE FROM batch_events
WHERE batch_id IN (SELECT batch_id FROM batches WHERE company_id = $company);

DELETE FROM batches WHERE company_id = $company;

DELETE FROM purged_totals WHERE company_id = $company;

DELETE FROM user_limits WHERE company_id = $company;

DELETE FROM user_terms WHERE company_id = $company;

DELETE FROM user_actions WHERE company_id = $company;

DELETE FROM user_overrides WHERE company_id = $company;

DELETE FROM user_groups WHERE company_id = $company;

DELETE FROM user_disputes WHERE company_id = $company;

DELETE FROM user_depreciations WHERE company_id = $company;

DELETE FROM customer_links WHERE company_id = $company;

DELETE FROM match_decisions WHERE company_id = $company;

DELETE FROM user_closing_figures WHERE company_id = $company;

DELETE FROM user_closing_files WHERE company_id = $company;

DELETE FROM user_closings
WHERE closing_id NOT IN (SELECT closing_id FROM user_closing_figures);

DELETE FROM user_closing_files
WHERE closing_id NOT IN (SELECT closing_id FROM user_closings);

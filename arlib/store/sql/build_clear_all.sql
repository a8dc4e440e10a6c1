-- Everyone is touched: the tables are emptied.
DELETE FROM customers;

DELETE FROM opening_pairings;

DELETE FROM documents;

DELETE FROM allocations;

DELETE FROM match_proposals;

DELETE FROM disputes;

DELETE FROM document_balances;

DELETE FROM settled_invoices;

DELETE FROM exposure_deltas;

DELETE FROM balance_snapshots;

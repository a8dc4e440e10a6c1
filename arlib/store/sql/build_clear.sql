-- What the tables hold of the touched customers goes; it is written anew.
DELETE FROM customers WHERE customer_key IN (SELECT customer_key FROM touched);

DELETE FROM opening_pairings WHERE customer_key IN (SELECT customer_key FROM touched);

DELETE FROM documents WHERE customer_key IN (SELECT customer_key FROM touched);

DELETE FROM allocations WHERE customer_key IN (SELECT customer_key FROM touched);

DELETE FROM match_proposals WHERE customer_key IN (SELECT customer_key FROM touched);

DELETE FROM disputes WHERE customer_key IN (SELECT customer_key FROM touched);

DELETE FROM document_balances WHERE customer_key IN (SELECT customer_key FROM touched);

DELETE FROM settled_invoices WHERE customer_key IN (SELECT customer_key FROM touched);

DELETE FROM exposure_deltas WHERE customer_key IN (SELECT customer_key FROM touched);

DELETE FROM balance_snapshots WHERE customer_key IN (SELECT customer_key FROM touched);

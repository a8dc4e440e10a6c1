-- Allocations of a year's opening lines move to the lines they are paired with.
UPDATE t_moved
SET debit_batch = p.older_key, debit_key = p.document_key
FROM t_pairs AS p
WHERE p.newer_key = $newer AND p.how <> 'balance'
    AND t_moved.debit_batch = $newer AND t_moved.debit_key = p.opening_key;

UPDATE t_moved
SET credit_batch = p.older_key, credit_key = p.document_key
FROM t_pairs AS p
WHERE p.newer_key = $newer AND p.how <> 'balance'
    AND t_moved.credit_batch = $newer AND t_moved.credit_key = p.opening_key;

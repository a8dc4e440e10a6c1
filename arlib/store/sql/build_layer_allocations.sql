-- Allocations as the files say them: no opening line is paired.
CREATE OR REPLACE TEMP VIEW t_layer_allocations AS
SELECT
    r.batch_key, r.place, a.debit_key, a.credit_key, a.allocated_on, a.matched_on,
    a.allocated_after_on, a.amount_minor, a.rule, a.confidence, FALSE AS is_dated,
    FALSE AS is_moved
FROM layer_allocations AS a
JOIN batch_rank AS r ON r.batch_id = a.batch_id;

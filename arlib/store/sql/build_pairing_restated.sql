-- A year that carries whole amounts of part-paid lines letters them again: its word stands for that
-- of the years before on the same two documents.
CREATE OR REPLACE TEMP TABLE t_replaced AS
SELECT DISTINCT batch_key, source_debit AS debit_key, source_credit AS credit_key FROM t_moved
UNION
SELECT r.batch_key, a.debit_key, a.credit_key
FROM layer_allocations AS a
JOIN batch_rank AS r ON r.batch_id = a.batch_id AND r.is_book
JOIN (
    SELECT debit_key, credit_key, MAX(place) AS place FROM t_moved WHERE is_restated
    GROUP BY debit_key, credit_key
) AS m ON m.debit_key = a.debit_key AND m.credit_key = a.credit_key AND r.place < m.place;

DELETE FROM t_moved
WHERE EXISTS (
    SELECT 1 FROM t_moved AS later
    WHERE later.is_restated AND later.debit_key = t_moved.debit_key
        AND later.credit_key = t_moved.credit_key AND later.place > t_moved.place
);

CREATE OR REPLACE TEMP VIEW t_layer_allocations AS
SELECT
    r.batch_key, r.place, a.debit_key, a.credit_key, a.allocated_on, a.matched_on,
    a.allocated_after_on, a.amount_minor, a.rule, a.confidence, FALSE AS is_dated,
    FALSE AS is_moved
FROM layer_allocations AS a
JOIN batch_rank AS r ON r.batch_id = a.batch_id
LEFT JOIN t_replaced AS x
    ON x.batch_key = r.batch_key AND x.debit_key = a.debit_key AND x.credit_key = a.credit_key
WHERE x.batch_key IS NULL
UNION ALL
SELECT
    batch_key, place, debit_key, credit_key, allocated_on, matched_on, allocated_after_on,
    amount_minor, rule, confidence, is_dated, TRUE
FROM t_moved;

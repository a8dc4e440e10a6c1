-- Allocations with what behaviour needs copied on them, so that no figure joins them again.
-- They come from the file whose version of the debit counts, or from the year that carried it over.
-- As known then, they count from the day the matching was recorded.
-- Joined on the documents alone (the key names the company): tying both sides by their company as
-- well leads planners to a cross product.
INSERT INTO allocations
SELECT
    d.customer_key, d.no, c.no, c.customer_key, d.invoice_no, d.account_class, d.kind,
    c.kind, d.currency,
    GREATEST(
        CASE
            WHEN a.amount_minor > 0 AND a.rule <> 'inferred' AND NOT a.is_dated THEN d.issued_on
            ELSE a.allocated_on
        END,
        d.issued_on, c.issued_on,
        CASE WHEN $known_then AND a.matched_on IS NOT NULL THEN a.matched_on ELSE d.issued_on END
    ),
    a.matched_on, a.allocated_after_on, d.issued_on, d.due_on, c.issued_on, a.amount_minor,
    a.rule, COALESCE(a.confidence, 1.0)
FROM t_layer_allocations AS a
JOIN t_documents AS d ON d.no = a.debit_key
JOIN t_documents AS c ON c.no = a.credit_key
WHERE a.is_moved OR d.batch_key = a.batch_key;

-- What settles somebody else's documents stays, under a code and ids that tell nobody: his documents
-- become what they have in common with others (t_purged_carried: new ids, filled beforehand).
INSERT INTO layer_documents (
    batch_id, company_id, document_id, document_key, invoice_key, customer_id, customer_key,
    account_class, kind, is_cash_sale, issued_on, posted_on, due_on, amount_minor, currency,
    amount_company_minor, confidence
)
SELECT
    d.batch_id, d.company_id, c.new_id, c.new_key, c.new_key, c.customer_id, c.customer_key,
    d.account_class, d.kind, d.is_cash_sale, d.issued_on, d.posted_on, d.due_on, c.amount_minor,
    d.currency,
    CASE WHEN d.amount_company_minor IS NULL OR d.amount_minor = 0 THEN NULL
        ELSE CAST(ROUND(
            CAST(c.amount_minor AS DOUBLE) * d.amount_company_minor / d.amount_minor
        ) AS BIGINT)
    END,
    d.confidence
FROM layer_documents AS d
JOIN t_purged_carried AS c ON c.document_key = d.document_key;

UPDATE layer_allocations SET debit_key = c.new_key, match_group = NULL
FROM t_purged_carried AS c
WHERE layer_allocations.debit_key = c.document_key
    AND layer_allocations.credit_key NOT IN (SELECT document_key FROM t_purged_documents);

UPDATE layer_allocations SET credit_key = c.new_key, match_group = NULL
FROM t_purged_carried AS c
WHERE layer_allocations.credit_key = c.document_key
    AND layer_allocations.debit_key NOT IN (SELECT document_key FROM t_purged_documents);

-- One live book file a company: every row counts, no key can be held twice.
CREATE OR REPLACE TEMP VIEW t_layered AS
SELECT
    d.customer_key, d.document_key, d.invoice_key, r.batch_key, d.account_class, d.kind,
    COALESCE(d.is_cash_sale, FALSE) AS is_cash_sale, d.number, d.issued_on, d.posted_on, d.due_on,
    d.terms, r.terms AS batch_terms, d.amount_minor, d.tax_minor, d.currency,
    d.amount_company_minor, d.reference, COALESCE(d.is_lettered, FALSE) AS is_lettered
FROM t_layer_documents AS d
JOIN batch_rank AS r ON r.batch_id = d.batch_id AND r.is_book
JOIN touched AS t ON t.customer_key = d.customer_key;

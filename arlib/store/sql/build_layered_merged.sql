-- Several live files: one row a key, the latest extraction, then the larger sha256 (batch_rank);
-- opening lines that repeat a line of the year before (t_paired) are left out.
-- A list of open items may know the whole amount in one extraction and the rest in the next: the
-- largest amount seen is that of the document.
CREATE OR REPLACE TEMP VIEW t_layered AS
SELECT
    customer_key, document_key, invoice_key, batch_key, account_class, kind, is_cash_sale, number,
    issued_on, posted_on, due_on, terms, batch_terms,
    CASE
        WHEN scope = 'open_items' AND amount_minor < 0 THEN smallest_minor
        WHEN scope = 'open_items' THEN largest_minor
        ELSE amount_minor
    END AS amount_minor,
    tax_minor, currency, amount_company_minor, reference, is_lettered
FROM (
    SELECT
        d.customer_key, d.document_key, d.invoice_key, r.batch_key, d.account_class, d.kind,
        COALESCE(d.is_cash_sale, FALSE) AS is_cash_sale, d.number, d.issued_on, d.posted_on,
        d.due_on, d.terms, r.terms AS batch_terms, r.scope, d.amount_minor, d.tax_minor,
        d.currency, d.amount_company_minor, d.reference,
        COALESCE(d.is_lettered, FALSE) AS is_lettered,
        MAX(d.amount_minor) OVER (PARTITION BY d.document_key) AS largest_minor,
        MIN(d.amount_minor) OVER (PARTITION BY d.document_key) AS smallest_minor,
        ROW_NUMBER() OVER (PARTITION BY d.document_key ORDER BY r.place DESC) AS place
    FROM t_layer_documents AS d
    JOIN batch_rank AS r ON r.batch_id = d.batch_id AND r.is_book
    JOIN touched AS t ON t.customer_key = d.customer_key
    LEFT JOIN t_paired AS p ON p.batch_key = r.batch_key AND p.document_key = d.document_key
    WHERE p.batch_key IS NULL
) AS ranked
WHERE place = 1;

-- The reckoning of late invoices spelled out: what each owed from one day to another, half-year by half-year.
WITH
-- part: late_documents
SELECT
    c.company_id, c.customer_id, h.invoice_key, h.from_on, h.to_on,
    CAST(h.to_on - h.from_on AS BIGINT) AS days, CAST(h.half AS BIGINT) AS half,
    CAST(h.start_half AS BIGINT) AS start_half, h.base_minor, h.disputed_minor
FROM late_halves AS h
JOIN customers AS c ON c.customer_key = h.customer_key
ORDER BY c.company_id, c.customer_id, h.invoice_key, h.due_on, h.from_on, h.document_key

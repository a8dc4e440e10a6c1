-- What each late invoice owed x days, half-year by half-year: what a rate applies to. disputed_minor_days: of
-- what is in dispute at the date, all of it when the dispute holds all that is left.
WITH
-- part: late_documents
SELECT
    h.invoice_key, CAST(h.start_half AS BIGINT) AS start_half, CAST(h.half AS BIGINT) AS half,
    CAST(SUM(h.to_on - h.from_on) AS BIGINT) AS days,
    CAST(SUM(h.base_minor * (h.to_on - h.from_on)) AS BIGINT) AS minor_days,
    CAST(SUM(h.disputed_minor * (h.to_on - h.from_on)) AS BIGINT) AS disputed_minor_days
FROM late_halves AS h
GROUP BY h.invoice_key, h.start_half, h.half
ORDER BY h.invoice_key, h.start_half, h.half

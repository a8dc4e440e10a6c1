-- Invoices open at the date or paid late in (start, as_of], summed by state, exclusion and band of lateness.
WITH
-- part: report_late
SELECT
    company_id, currency, state, left_out, band, CAST(COUNT(*) AS BIGINT) AS count_invoices,
    CAST(SUM(open_minor) AS BIGINT) AS open_minor,
    CAST(SUM(open_excl_minor) AS BIGINT) AS open_excl_minor,
    CAST(SUM(amount_minor) AS BIGINT) AS amount_minor,
    CAST(SUM(amount_excl_minor) AS BIGINT) AS amount_excl_minor,
    CAST(SUM(CASE WHEN amount_excl_minor IS NULL OR open_excl_minor IS NULL THEN 1 ELSE 0 END)
        AS BIGINT) AS count_without_tax,
    CAST(SUM(CASE WHEN kind = 'opening' THEN 1 ELSE 0 END) AS BIGINT) AS count_openings
FROM (
    SELECT
        c.company_id, l.*,
        CASE WHEN l.days_late <= 0 THEN 0 WHEN l.days_late <= $band_1 THEN 1
            WHEN l.days_late <= $band_2 THEN 2 WHEN l.days_late <= $band_3 THEN 3 ELSE 4 END AS band
    FROM late AS l
    JOIN customers AS c ON c.customer_key = l.customer_key
) AS banded
GROUP BY company_id, currency, state, left_out, band
ORDER BY company_id, currency, state, left_out, band

-- Outside scores and ratios known by the day: the latest of each measure; of one day, the file whose
-- data end last. An undated score is taken as stale: nothing says that it is fresh.
SELECT
    f.company_id, f.customer_id, f.measure, f.value, f.text, f.scale, f.measured_on,
    $as_of - f.measured_on AS age_days,
    f.measured_on IS NULL OR f.measured_on < $stale_before AS is_stale
FROM (
    SELECT
        m.company_id, m.customer_id, m.measure, m.value, m.text, m.scale, m.measured_on,
        ROW_NUMBER() OVER (
            PARTITION BY m.company_id, m.customer_id, m.measure
            ORDER BY m.measured_on DESC NULLS LAST, m.place, m.said_on DESC NULLS LAST, m.batch_id
        ) AS latest
    FROM (
        SELECT
            l.company_id, l.customer_id, l.measure, l.value, l.text, l.scale, l.measured_on,
            0 AS place, COALESCE(b.extracted_on, b.covers_to) AS said_on, b.batch_id
        FROM linked_financials AS l
        JOIN live_batches AS b ON b.batch_id = l.batch_id
        UNION ALL
        SELECT
            company_id, customer_id, 'external_score', external_score, NULL, external_score_scale,
            external_score_on, 1, NULL, ''
        FROM customers
        WHERE external_score IS NOT NULL
    ) AS m
    WHERE m.measured_on IS NULL OR m.measured_on <= $as_of
) AS f
JOIN customers AS c ON c.company_id = f.company_id AND c.customer_id = f.customer_id
WHERE f.latest = 1
ORDER BY f.company_id, f.customer_id, f.measure

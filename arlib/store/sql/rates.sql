SELECT company_id, currency, rate, rate_on
FROM (
    SELECT r.company_id, r.currency, r.rate, r.rate_on,
        ROW_NUMBER() OVER (
            PARTITION BY r.company_id, r.currency
            ORDER BY r.rate_on DESC, b.sequence DESC, r.rate
        ) AS place
    FROM layer_rates AS r
    JOIN live_batches AS b ON b.batch_id = r.batch_id
    WHERE r.rate_on <= $as_of
) AS ranked
WHERE place = 1

-- Commitments in force: the latest extraction per company and kind (of two of one day the file imported
-- last, as for two files of one period); bills matured for as long as one may still come back are out.
-- The date of an order or of a delivery says nothing of the kind.
SELECT c.company_id, c.customer_id, c.currency, c.kind, CAST(SUM(c.amount_minor) AS BIGINT) AS amount_minor
FROM linked_commitments AS c
JOIN (
    SELECT k.company_id, k.kind, k.extracted_on, k.batch_id,
        ROW_NUMBER() OVER (
            PARTITION BY k.company_id, k.kind
            ORDER BY k.extracted_on DESC, b.imported_at DESC, b.sequence DESC
        ) AS place
    FROM (
        SELECT DISTINCT company_id, kind, extracted_on, batch_id FROM layer_commitments
        WHERE extracted_on <= $as_of
    ) AS k
    JOIN live_batches AS b ON b.batch_id = k.batch_id
) AS latest
    ON latest.place = 1 AND latest.batch_id = c.batch_id AND latest.company_id = c.company_id
    AND latest.kind = c.kind AND latest.extracted_on = c.extracted_on
JOIN customers AS s ON s.company_id = c.company_id AND s.customer_id = c.customer_id
WHERE c.expected_on IS NULL OR c.kind NOT IN ('bill', 'discounted_bill')
    OR c.expected_on + CAST($bill_safety_days AS INTEGER) > $as_of
GROUP BY c.company_id, c.customer_id, c.currency, c.kind

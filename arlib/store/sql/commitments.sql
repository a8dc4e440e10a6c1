-- Commitments in force: the latest extraction per company and kind; matured ones are out.
SELECT c.company_id, c.customer_id, c.currency, c.kind, CAST(SUM(c.amount_minor) AS BIGINT) AS amount_minor
FROM linked_commitments AS c
JOIN live_batches AS b ON b.batch_id = c.batch_id
JOIN (
    SELECT k.company_id, k.kind, MAX(k.extracted_on) AS extracted_on
    FROM layer_commitments AS k
    JOIN live_batches AS lb ON lb.batch_id = k.batch_id
    WHERE k.extracted_on <= $as_of
    GROUP BY k.company_id, k.kind
) AS latest
    ON latest.company_id = c.company_id AND latest.kind = c.kind
    AND latest.extracted_on = c.extracted_on
JOIN customers AS s ON s.company_id = c.company_id AND s.customer_id = c.customer_id
WHERE c.expected_on IS NULL OR c.expected_on > $as_of
GROUP BY c.company_id, c.customer_id, c.currency, c.kind

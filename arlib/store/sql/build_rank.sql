-- The live batches with their place: where two hold the same thing, the higher wins.
CREATE OR REPLACE TEMP TABLE batch_rank AS
SELECT
    b.batch_id, b.batch_key, b.company_id, b.format_id, b.scope, b.level, b.terms, b.covers_from,
    b.extracted_on, CAST(b.imported_at AS DATE) AS imported_on,
    b.scope = 'reference' AS is_reference,
    b.scope <> 'reference' AND b.replace_mode <> 'complete' AS is_book,
    LIST_POSITION(CAST($ordered AS VARCHAR[]), b.batch_id) AS place
FROM batches AS b
WHERE b.state = 'live';

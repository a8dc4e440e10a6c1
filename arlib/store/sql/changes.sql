-- What the last book file brought against the files of its company that came before it.
WITH last_batch AS (
    SELECT * FROM live_batches
    WHERE scope IN ('ledger', 'full_list', 'open_items') AND replace_mode <> 'complete'
    ORDER BY sequence DESC LIMIT 1
),
earlier AS (
    SELECT b.* FROM batches AS b
    JOIN last_batch AS l ON l.company_id = b.company_id AND b.sequence < l.sequence
    WHERE b.state <> 'undone' AND b.scope IN ('ledger', 'full_list', 'open_items')
),
before_documents AS (
    SELECT document_key, MAX(due_on) AS due_on, MAX(amount_minor) AS amount_minor,
        MIN(kind) AS kind, MIN(issued_on) AS issued_on
    FROM layer_documents WHERE batch_id IN (SELECT batch_id FROM earlier)
    GROUP BY document_key
),
now_documents AS (
    SELECT d.* FROM layer_documents AS d WHERE d.batch_id IN (SELECT batch_id FROM last_batch)
),
compared AS (
    SELECT
        n.document_key IS NOT NULL AS is_now, b.document_key IS NOT NULL AS is_before,
        COALESCE(n.kind, b.kind) AS kind, COALESCE(n.amount_minor, b.amount_minor) AS amount_minor,
        n.due_on > b.due_on AS is_pushed, b.issued_on, n.currency
    FROM now_documents AS n
    FULL OUTER JOIN before_documents AS b ON b.document_key = n.document_key
)
SELECT
    (SELECT company_id FROM last_batch) AS company_id,
    (SELECT MAX(imported_at) FROM earlier) AS previous_at,
    COALESCE(MAX(currency), 'EUR') AS currency,
    COUNT(CASE WHEN is_now AND NOT is_before AND kind IN ('invoice', 'credit_note') THEN 1 END) AS documents_new,
    CAST(SUM(CASE WHEN is_now AND NOT is_before AND kind IN ('invoice', 'credit_note') THEN amount_minor END) AS BIGINT) AS documents_new_minor,
    COUNT(CASE WHEN is_now AND NOT is_before AND kind IN ('payment', 'deposit') THEN 1 END) AS cash_received,
    CAST(-SUM(CASE WHEN is_now AND NOT is_before AND kind IN ('payment', 'deposit') THEN amount_minor END) AS BIGINT) AS cash_received_minor,
    COUNT(CASE WHEN is_before AND NOT is_now AND kind IN ('invoice', 'opening')
        AND issued_on >= (SELECT covers_from FROM last_batch) THEN 1 END) AS documents_gone,
    CAST(SUM(CASE WHEN is_before AND NOT is_now AND kind IN ('invoice', 'opening')
        AND issued_on >= (SELECT covers_from FROM last_batch) THEN amount_minor END) AS BIGINT) AS documents_gone_minor,
    COUNT(CASE WHEN is_now AND is_before AND is_pushed THEN 1 END) AS due_dates_moved,
    CAST(SUM(CASE WHEN is_now AND is_before AND is_pushed THEN amount_minor END) AS BIGINT) AS due_dates_moved_minor
FROM compared

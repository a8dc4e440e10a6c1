-- What an import says otherwise than the one before it. $is_list: a row a document or customer, the
-- $most largest of a change; else sums by change and currency.
-- amount_minor: of the document, or what changed of it; hidden_minor: open amounts that the old due
-- date would make late on the day of the import and the new one does not.
WITH pair AS (
    SELECT n.batch_id AS now_id, p.batch_id AS then_id, n.company_id, n.scope, n.covers_from,
        COALESCE(n.extracted_on, n.covers_to) AS day
    FROM batches AS n, batches AS p
    WHERE n.batch_id = $batch AND p.batch_id = $before
),
now_items AS (
    SELECT d.document_key, d.customer_id, d.kind, d.number, d.issued_on, d.due_on, d.amount_minor,
        o.open_minor, d.currency, d.sheet, d.source_row
    FROM layer_documents AS d
    LEFT JOIN layer_open_items AS o ON o.batch_id = d.batch_id AND o.document_key = d.document_key
    WHERE d.batch_id = $batch
),
then_items AS (
    SELECT d.document_key, d.customer_id, d.kind, d.number, d.issued_on, d.due_on, d.amount_minor,
        o.open_minor, d.currency, d.sheet, d.source_row
    FROM layer_documents AS d
    LEFT JOIN layer_open_items AS o ON o.batch_id = d.batch_id AND o.document_key = d.document_key
    WHERE d.batch_id = $before
),
compared AS (
    SELECT
        n.document_key IS NOT NULL AS is_now, p.document_key IS NOT NULL AS is_then,
        COALESCE(n.customer_id, p.customer_id) AS customer_id, COALESCE(n.kind, p.kind) AS kind,
        COALESCE(n.number, p.number) AS number, COALESCE(n.issued_on, p.issued_on) AS issued_on,
        COALESCE(n.currency, p.currency) AS currency,
        p.due_on AS due_before_on, n.due_on AS due_after_on,
        p.amount_minor AS amount_before_minor, n.amount_minor AS amount_after_minor,
        p.open_minor AS open_before_minor, n.open_minor AS open_after_minor,
        COALESCE(n.sheet, p.sheet) AS sheet, COALESCE(n.source_row, p.source_row) AS row_number
    FROM now_items AS n
    FULL OUTER JOIN then_items AS p ON p.document_key = n.document_key
),
-- lists that give open amounts alone: a smaller amount is then a part settled, not an edit
kinds AS (
    SELECT COALESCE(MAX(CASE WHEN open_minor IS NULL OR open_minor <> amount_minor THEN 1 END), 0) AS has_amounts
    FROM (SELECT * FROM now_items UNION ALL SELECT * FROM then_items) AS everyone
),
changed AS (
    SELECT 'documents_new' AS change, c.*, c.amount_after_minor AS moved_minor
    FROM compared AS c WHERE is_now AND NOT is_then AND kind NOT IN ('payment', 'deposit')
    UNION ALL
    SELECT 'cash_received', c.*, -c.amount_after_minor
    FROM compared AS c WHERE is_now AND NOT is_then AND kind IN ('payment', 'deposit')
    UNION ALL
    SELECT CASE WHEN pair.scope = 'open_items' THEN 'settled' ELSE 'documents_gone' END, c.*,
        COALESCE(c.open_before_minor, c.amount_before_minor)
    FROM compared AS c CROSS JOIN pair
    WHERE is_then AND NOT is_now
        AND (pair.scope = 'open_items' OR pair.covers_from IS NULL OR c.issued_on >= pair.covers_from)
    UNION ALL
    SELECT CASE WHEN due_after_on > due_before_on THEN 'due_later' ELSE 'due_earlier' END, c.*,
        COALESCE(c.open_after_minor, c.amount_after_minor)
    FROM compared AS c WHERE is_now AND is_then AND due_after_on <> due_before_on
    UNION ALL
    SELECT 'amount_edited', c.*, c.amount_after_minor - c.amount_before_minor
    FROM compared AS c CROSS JOIN kinds
    WHERE is_now AND is_then AND amount_after_minor <> amount_before_minor
        AND (has_amounts = 1 OR ABS(amount_after_minor) > ABS(amount_before_minor))
    UNION ALL
    SELECT CASE
            WHEN ABS(open_after_minor) < ABS(open_before_minor) THEN 'part_settled'
            ELSE 'open_increased'
        END, c.*, c.open_after_minor - c.open_before_minor
    FROM compared AS c CROSS JOIN kinds
    WHERE is_now AND is_then AND open_after_minor <> open_before_minor
        AND (amount_after_minor = amount_before_minor OR has_amounts = 0)
        AND NOT (has_amounts = 0 AND ABS(open_after_minor) > ABS(open_before_minor))
),
names AS (
    SELECT batch_id, customer_id,
        COALESCE(MIN(CASE WHEN source = 1 THEN name END), MIN(CASE WHEN place = 1 THEN name END)) AS name
    FROM (
        SELECT batch_id, customer_id, name, 1 AS source, 2 AS place FROM layer_customers
        WHERE batch_id IN ($batch, $before) AND name IS NOT NULL
        UNION ALL
        SELECT batch_id, customer_id, name, 2,
            ROW_NUMBER() OVER (PARTITION BY batch_id, customer_id ORDER BY count_rows DESC, name)
        FROM layer_customer_names WHERE batch_id IN ($batch, $before)
    ) AS spelled
    GROUP BY batch_id, customer_id
),
codes AS (
    SELECT DISTINCT batch_id, customer_id FROM layer_documents
    UNION
    SELECT DISTINCT batch_id, customer_id FROM layer_customers
),
customers_seen AS (
    SELECT 'customer_new' AS change, n.customer_id
    FROM codes AS n CROSS JOIN pair
    WHERE n.batch_id = pair.now_id AND NOT EXISTS (
        SELECT 1 FROM codes AS p
        JOIN batches AS b ON b.batch_id = p.batch_id AND b.company_id = pair.company_id
        JOIN batches AS t ON t.batch_id = pair.then_id
        WHERE p.customer_id = n.customer_id
            AND (p.batch_id = pair.then_id OR (
                p.batch_id <> pair.now_id
                AND COALESCE(b.extracted_on, b.covers_to) < COALESCE(t.extracted_on, t.covers_to)
            ))
    )
    UNION ALL
    SELECT 'customer_renamed', n.customer_id
    FROM names AS n CROSS JOIN pair
    JOIN names AS p ON p.batch_id = pair.then_id AND p.customer_id = n.customer_id
    WHERE n.batch_id = pair.now_id AND n.name <> p.name
),
everything AS (
    SELECT change, customer_id, CAST(kind AS VARCHAR) AS kind, number, issued_on, currency, due_before_on,
        due_after_on, amount_before_minor, amount_after_minor, open_before_minor, open_after_minor,
        sheet, row_number, moved_minor,
        CASE WHEN change = 'due_later' AND moved_minor > 0
            AND due_before_on < pair.day AND due_after_on >= pair.day THEN moved_minor ELSE 0 END AS hidden_minor
    FROM changed CROSS JOIN pair
    UNION ALL
    SELECT change, customer_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, 0
    FROM customers_seen
)
SELECT
    change, currency, count, amount_minor, absolute_minor, hidden_minor, days, days_amount, customer_id, name,
    name_before, kind, number, issued_on, due_before_on, due_after_on, amount_before_minor,
    amount_after_minor, open_before_minor, open_after_minor, sheet, row_number
FROM (
    SELECT g.*, ROW_NUMBER() OVER (
        PARTITION BY change ORDER BY ABS(amount_minor) DESC NULLS LAST, customer_id, number, row_number
    ) AS place
    FROM (
        SELECT
            e.change, e.currency, CAST(COUNT(*) AS BIGINT) AS count,
            CAST(SUM(e.moved_minor) AS BIGINT) AS amount_minor,
            CAST(SUM(e.hidden_minor) AS BIGINT) AS hidden_minor,
            CAST(MAX_BY(
                CASE WHEN e.change IN ('due_later', 'due_earlier') THEN e.due_after_on - e.due_before_on END,
                ABS(e.due_after_on - e.due_before_on)
            ) AS BIGINT) AS days,
            SUM(CAST(ABS(e.moved_minor) AS DOUBLE) * CASE WHEN e.change IN ('due_later', 'due_earlier')
                THEN e.due_after_on - e.due_before_on END) AS days_amount,
            CAST(SUM(ABS(e.moved_minor)) AS BIGINT) AS absolute_minor,
            CASE WHEN $is_list THEN e.customer_id END AS customer_id,
            CASE WHEN $is_list THEN MIN(COALESCE(n.name, p.name, c.name)) END AS name,
            CASE WHEN $is_list THEN MIN(p.name) END AS name_before,
            CASE WHEN $is_list THEN e.kind END AS kind,
            CASE WHEN $is_list THEN e.number END AS number,
            CASE WHEN $is_list THEN e.issued_on END AS issued_on,
            CASE WHEN $is_list THEN e.due_before_on END AS due_before_on,
            CASE WHEN $is_list THEN e.due_after_on END AS due_after_on,
            CASE WHEN $is_list THEN e.amount_before_minor END AS amount_before_minor,
            CASE WHEN $is_list THEN e.amount_after_minor END AS amount_after_minor,
            CASE WHEN $is_list THEN e.open_before_minor END AS open_before_minor,
            CASE WHEN $is_list THEN e.open_after_minor END AS open_after_minor,
            CASE WHEN $is_list THEN e.sheet END AS sheet,
            CASE WHEN $is_list THEN e.row_number END AS row_number
        FROM everything AS e
        CROSS JOIN pair
        LEFT JOIN names AS n ON $is_list AND n.batch_id = pair.now_id AND n.customer_id = e.customer_id
        LEFT JOIN names AS p ON $is_list AND p.batch_id = pair.then_id AND p.customer_id = e.customer_id
        LEFT JOIN customers AS c ON $is_list AND c.company_id = pair.company_id AND c.customer_id = e.customer_id
        GROUP BY 1, 2, 9, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22
    ) AS g
) AS ranked
WHERE place <= $most
ORDER BY change, place

-- Lists of open items (level C): what an extraction no longer shows was settled since the previous
-- one. Each drop of the open amount is a payment dated the extraction, set against the document.
CREATE OR REPLACE TEMP TABLE t_extractions AS
SELECT DISTINCT r.company_id, o.extracted_on
FROM layer_open_items AS o
JOIN batch_rank AS r ON r.batch_id = o.batch_id AND r.is_book;

CREATE OR REPLACE TEMP TABLE t_seen AS
SELECT document_key, extracted_on, open_minor, batch_place
FROM (
    SELECT o.document_key, o.extracted_on, o.open_minor, r.place AS batch_place,
        ROW_NUMBER() OVER (
            PARTITION BY o.document_key, o.extracted_on ORDER BY r.place DESC
        ) AS place
    FROM layer_open_items AS o
    JOIN batch_rank AS r ON r.batch_id = o.batch_id AND r.is_book
) AS ranked
WHERE place = 1;

CREATE OR REPLACE TEMP TABLE t_drops AS
SELECT
    d.no, s.extracted_on, s.previous_on,
    CAST(s.before_minor - s.open_minor AS BIGINT) AS drop_minor
FROM (
    SELECT
        g.no, g.extracted_on, COALESCE(s.open_minor, 0) AS open_minor,
        LAG(g.extracted_on) OVER (PARTITION BY g.no ORDER BY g.extracted_on) AS previous_on,
        COALESCE(
            LAG(COALESCE(s.open_minor, 0)) OVER (PARTITION BY g.no ORDER BY g.extracted_on),
            g.amount_minor
        ) AS before_minor
    FROM (
        SELECT d.no, d.amount_minor, e.extracted_on
        FROM t_documents AS d
        JOIN (
            SELECT document_key, MIN(extracted_on) AS first_on FROM t_seen GROUP BY document_key
        ) AS f ON f.document_key = d.no
        JOIN batch_rank AS r ON r.batch_key = d.batch_key AND r.scope = 'open_items'
        JOIN t_extractions AS e ON e.company_id = r.company_id AND e.extracted_on >= f.first_on
    ) AS g
    LEFT JOIN t_seen AS s
        ON s.document_key = g.no AND s.extracted_on = g.extracted_on
) AS s
JOIN t_documents AS d ON d.no = s.no
WHERE s.before_minor <> s.open_minor;

-- Due dates that changed between extractions, each from the extraction that says it; the first one
-- from the beginning.
CREATE OR REPLACE TEMP TABLE t_dues AS
SELECT
    no, CASE WHEN place = 1 THEN DATE '0001-01-01' ELSE extracted_on END AS from_on,
    COALESCE(LEAD(extracted_on) OVER (PARTITION BY no ORDER BY extracted_on), DATE '9999-12-31') AS to_on,
    due_on
FROM (
    SELECT
        no, extracted_on, due_on, ROW_NUMBER() OVER (PARTITION BY no ORDER BY extracted_on) AS place
    FROM (
        SELECT
            s.document_key AS no, s.extracted_on, l.due_on,
            LAG(l.due_on) OVER (PARTITION BY s.document_key ORDER BY s.extracted_on) AS before_on,
            MIN(l.due_on) OVER (PARTITION BY s.document_key) AS first_on,
            MAX(l.due_on) OVER (PARTITION BY s.document_key) AS last_on
        FROM t_seen AS s
        JOIN batch_rank AS r ON r.place = s.batch_place
        JOIN layer_documents AS l ON l.batch_id = r.batch_id AND l.document_key = s.document_key
        JOIN t_documents AS d ON d.no = s.document_key
        WHERE l.due_on IS NOT NULL
    ) AS told
    WHERE first_on <> last_on AND (before_on IS NULL OR before_on <> due_on)
) AS changes;

-- A drop settles (payment or refund); a rise is an adjustment on the same due date.
CREATE OR REPLACE TEMP TABLE t_inferred AS
SELECT
    md5_number_lower(CAST(x.no AS VARCHAR) || '|' || CAST(x.extracted_on AS VARCHAR)) AS new_no,
    x.no, x.extracted_on, x.previous_on, x.drop_minor,
    SIGN(x.drop_minor) = SIGN(d.amount_minor) AS is_settlement
FROM t_drops AS x
JOIN t_documents AS d ON d.no = x.no;

INSERT INTO documents
SELECT
    d.customer_key, i.new_no, i.new_no, d.batch_key, d.account_class,
    CASE
        WHEN NOT i.is_settlement THEN 'adjustment'
        WHEN d.amount_minor > 0 THEN 'payment'
        ELSE 'refund'
    END,
    FALSE, i.extracted_on, i.extracted_on,
    CASE WHEN i.is_settlement THEN i.extracted_on ELSE d.due_on END, 'file',
    -i.drop_minor, NULL, d.currency, NULL
FROM t_inferred AS i
JOIN t_documents AS d ON d.no = i.no;

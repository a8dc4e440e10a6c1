-- The opening lines of each year (year_links) and the lines of the years before they may repeat.
CREATE OR REPLACE TEMP TABLE t_openings AS
SELECT
    y.newer_key, d.customer_key, d.account_class, d.currency, d.document_key,
    UPPER(TRIM(d.number)) AS number, d.issued_on, COALESCE(d.due_on, d.issued_on) AS due_on,
    d.amount_minor, y.starts_on, d.source_row
FROM t_layer_documents AS d
JOIN (SELECT DISTINCT newer_key, newer_id, starts_on FROM year_links) AS y
    ON y.newer_id = d.batch_id
JOIN touched AS t ON t.customer_key = d.customer_key
WHERE d.kind = 'opening';

-- What a line still owed when the next year began: its amount less what its own files allocate.
CREATE OR REPLACE TEMP TABLE t_older AS
WITH lines AS (
    SELECT
        newer_key, older_key, customer_key, account_class, currency, document_key, number,
        issued_on, due_on, amount_minor, source_row
    FROM (
        SELECT
            y.newer_key, y.older_key, d.customer_key, d.account_class, d.currency,
            d.document_key, UPPER(TRIM(d.number)) AS number, d.issued_on,
            COALESCE(d.due_on, d.issued_on) AS due_on, d.amount_minor, d.source_row,
            ROW_NUMBER() OVER (
                PARTITION BY y.newer_key, d.document_key ORDER BY r.place DESC
            ) AS place
        FROM t_layer_documents AS d
        JOIN year_links AS y ON y.older_id = d.batch_id
        JOIN batch_rank AS r ON r.batch_key = y.older_key
        JOIN (SELECT DISTINCT newer_key, customer_key FROM t_openings) AS o
            ON o.newer_key = y.newer_key AND o.customer_key = d.customer_key
        WHERE COALESCE(d.posted_on, d.issued_on) < y.starts_on
    ) AS ranked
    WHERE place = 1
),
paid AS (
    SELECT newer_key, older_key, document_key, SUM(amount_minor) AS amount_minor
    FROM (
        SELECT y.newer_key, y.older_key, a.debit_key AS document_key, a.amount_minor
        FROM layer_allocations AS a
        JOIN year_links AS y ON y.older_id = a.batch_id AND a.allocated_on < y.starts_on
        UNION ALL
        SELECT y.newer_key, y.older_key, a.credit_key, -a.amount_minor
        FROM layer_allocations AS a
        JOIN year_links AS y ON y.older_id = a.batch_id AND a.allocated_on < y.starts_on
    ) AS sides
    GROUP BY newer_key, older_key, document_key
),
owed AS (
    SELECT l.*, CAST(l.amount_minor - COALESCE(p.amount_minor, 0) AS BIGINT) AS open_minor
    FROM lines AS l
    LEFT JOIN paid AS p
        ON p.newer_key = l.newer_key AND p.older_key = l.older_key
        AND p.document_key = l.document_key
)
SELECT * FROM owed
WHERE open_minor <> 0 OR (newer_key, customer_key, number) IN (
    SELECT (newer_key, customer_key, number) FROM t_openings WHERE number IS NOT NULL
);

-- document_key is NULL when a whole balance stands for the customer's lines.
CREATE OR REPLACE TEMP TABLE t_pairs (
    newer_key UBIGINT, opening_key UBIGINT, older_key UBIGINT, document_key UBIGINT,
    is_whole BOOLEAN, is_partly_paid BOOLEAN, how VARCHAR
);

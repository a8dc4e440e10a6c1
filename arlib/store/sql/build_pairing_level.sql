-- One level of pairing: lines alike are paired one to one, in the order of their due
-- dates and of the file. $level says
-- what must be alike besides customer, class and currency: 1 number, date, what remained; 2 the
-- whole amount instead; 3 and 4 number and amount; 5 and 6 date and amount; 7 what remained alone,
-- when no other line has it.
INSERT INTO t_pairs
SELECT
    o.newer_key, o.document_key, l.older_key, l.document_key,
    o.amount_minor = l.amount_minor, l.open_minor <> l.amount_minor, $how
FROM (
    SELECT
        *, ROW_NUMBER() OVER alike_lines AS place,
        COUNT(*) OVER (PARTITION BY newer_key, customer_key, account_class, currency, alike) AS count_alike
    FROM (
        SELECT
            o.*,
            CASE
                WHEN $level <= 2 THEN CONCAT(o.number, '|', o.issued_on, '|', o.amount_minor)
                WHEN $level <= 4 THEN CONCAT(o.number, '|', o.amount_minor)
                WHEN $level <= 6 THEN CONCAT(o.issued_on, '|', o.amount_minor)
                ELSE CONCAT('|', o.amount_minor)
            END AS alike
        FROM t_openings AS o
        LEFT JOIN t_pairs AS p ON p.newer_key = o.newer_key AND p.opening_key = o.document_key
        WHERE p.newer_key IS NULL AND (o.number IS NOT NULL OR $level > 4)
    ) AS left_over
    WINDOW alike_lines AS (
        PARTITION BY newer_key, customer_key, account_class, currency, alike
        ORDER BY due_on, source_row, document_key
    )
) AS o
JOIN (
    SELECT
        *, ROW_NUMBER() OVER alike_lines AS place,
        COUNT(*) OVER (PARTITION BY newer_key, customer_key, account_class, currency, alike) AS count_alike
    FROM (
        SELECT
            l.*,
            CASE
                WHEN $level = 1 THEN CONCAT(l.number, '|', l.issued_on, '|', l.open_minor)
                WHEN $level = 2 THEN CONCAT(l.number, '|', l.issued_on, '|', l.amount_minor)
                WHEN $level = 3 THEN CONCAT(l.number, '|', l.open_minor)
                WHEN $level = 4 THEN CONCAT(l.number, '|', l.amount_minor)
                WHEN $level = 5 THEN CONCAT(l.issued_on, '|', l.open_minor)
                WHEN $level = 6 THEN CONCAT(l.issued_on, '|', l.amount_minor)
                ELSE CONCAT('|', l.open_minor)
            END AS alike
        FROM t_older AS l
        LEFT JOIN t_pairs AS p
            ON p.newer_key = l.newer_key AND p.older_key = l.older_key
            AND p.document_key = l.document_key
        WHERE p.newer_key IS NULL AND (l.number IS NOT NULL OR $level > 4)
            AND (l.open_minor <> 0 OR $level IN (2, 4))
    ) AS left_over
    WINDOW alike_lines AS (
        PARTITION BY newer_key, customer_key, account_class, currency, alike
        ORDER BY open_minor = 0, due_on, source_row, document_key
    )
) AS l
    ON l.newer_key = o.newer_key AND l.customer_key = o.customer_key
    AND l.account_class = o.account_class AND l.currency = o.currency AND l.alike = o.alike
    AND l.place = o.place
WHERE $level < 7 OR (o.count_alike = 1 AND l.count_alike = 1);

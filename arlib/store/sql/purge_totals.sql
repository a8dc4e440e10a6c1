-- The totals of each file without what is erased, and how much that is, by month. A list of open items
-- sums what was open, on its day; a ledger what was posted, on the day of the posting; others what was
-- issued. What stays for others' sake stays in the totals.
CREATE OR REPLACE TEMP TABLE t_purged_totals AS
WITH lines AS (
    SELECT d.batch_id, d.company_id, d.account_class, d.currency, b.scope, d.issued_on, d.posted_on,
        d.document_key, d.amount_minor - COALESCE(c.amount_minor, 0) AS amount_minor,
        CASE WHEN c.document_key IS NULL THEN 1 ELSE 0 END AS count_lines
    FROM layer_documents AS d
    JOIN t_purged AS p ON p.customer_key = d.customer_key
    JOIN batches AS b ON b.batch_id = d.batch_id
    LEFT JOIN t_purged_carried AS c ON c.document_key = d.document_key
),
dated AS (
    SELECT x.batch_id, x.company_id, x.account_class, x.currency, x.amount_minor, x.count_lines,
        CASE WHEN x.scope = 'ledger' AND t.posted_on IS NOT NULL THEN x.posted_on
            ELSE x.issued_on END AS posted_on
    FROM lines AS x
    LEFT JOIN (
        SELECT DISTINCT batch_id, account_class, currency, posted_on FROM layer_ledger_totals
    ) AS t ON t.batch_id = x.batch_id AND t.account_class = x.account_class
        AND t.currency = x.currency AND t.posted_on = x.posted_on
    WHERE x.scope <> 'open_items'
    UNION ALL
    SELECT o.batch_id, x.company_id, x.account_class, o.currency, o.open_minor, 1, o.extracted_on
    FROM layer_open_items AS o
    JOIN lines AS x ON x.batch_id = o.batch_id AND x.document_key = o.document_key
    WHERE x.scope = 'open_items'
)
SELECT batch_id, company_id, account_class, currency, posted_on,
    CAST(SUM(amount_minor) AS BIGINT) AS amount_minor, CAST(SUM(count_lines) AS BIGINT) AS count_lines
FROM dated
GROUP BY batch_id, company_id, account_class, currency, posted_on;

-- Days on which the file had no total are no part of it.
INSERT INTO purged_totals
SELECT
    p.batch_id, p.company_id, p.account_class, p.currency,
    LEAST(LAST_DAY(p.posted_on), MAX(l.last_on)), CAST(SUM(p.amount_minor) AS BIGINT),
    CAST(SUM(p.count_lines) AS BIGINT)
FROM t_purged_totals AS p
JOIN (
    SELECT batch_id, MAX(posted_on) AS last_on FROM layer_ledger_totals GROUP BY batch_id
) AS l ON l.batch_id = p.batch_id
JOIN (
    SELECT DISTINCT batch_id, account_class, currency, posted_on FROM layer_ledger_totals
) AS t ON t.batch_id = p.batch_id AND t.account_class = p.account_class
    AND t.currency = p.currency AND t.posted_on = p.posted_on
GROUP BY p.batch_id, p.company_id, p.account_class, p.currency, LAST_DAY(p.posted_on);

-- Several erasures in one month are one line.
CREATE OR REPLACE TEMP TABLE t_purged_months AS
SELECT batch_id, company_id, account_class, currency, counted_on,
    CAST(SUM(amount_minor) AS BIGINT) AS amount_minor, CAST(SUM(count_lines) AS BIGINT) AS count_lines
FROM purged_totals
GROUP BY batch_id, company_id, account_class, currency, counted_on;

DELETE FROM purged_totals;

INSERT INTO purged_totals SELECT * FROM t_purged_months;

CREATE OR REPLACE TEMP TABLE t_purged_ledger AS
SELECT l.batch_id, l.company_id, l.account_class, l.currency, l.posted_on,
    CAST(SUM(l.amount_minor) - ANY_VALUE(p.amount_minor) AS BIGINT) AS amount_minor,
    CAST(GREATEST(SUM(l.count_lines) - ANY_VALUE(p.count_lines), 0) AS BIGINT) AS count_lines
FROM layer_ledger_totals AS l
JOIN t_purged_totals AS p ON p.batch_id = l.batch_id AND p.account_class = l.account_class
    AND p.currency = l.currency AND p.posted_on = l.posted_on
GROUP BY l.batch_id, l.company_id, l.account_class, l.currency, l.posted_on;

DELETE FROM layer_ledger_totals
WHERE (batch_id, account_class, currency, posted_on) IN (
    SELECT (batch_id, account_class, currency, posted_on) FROM t_purged_totals
);

INSERT INTO layer_ledger_totals (
    batch_id, company_id, account_class, currency, posted_on, amount_minor, count_lines
)
SELECT batch_id, company_id, account_class, currency, posted_on, amount_minor, count_lines
FROM t_purged_ledger
WHERE count_lines <> 0 OR amount_minor <> 0;

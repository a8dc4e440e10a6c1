-- What deserves a doubt in the book at the date, each thing under its code. $is_list: a row a
-- document or customer, with its place, the $most largest of a code; else sums by code, company and
-- currency.
-- overdue_minor: late at the date. low_minor and high_minor: what would be late with due dates 60
-- days after the invoice (the legal ceiling), and on the invoice's own day.
WITH items AS (
    SELECT b.customer_key, b.document_key, b.currency, b.kind, b.issued_on, b.due_on, b.open_minor,
        b.open_company_minor
    FROM document_balances AS b
    WHERE b.from_on <= $as_of AND b.to_on > $as_of
        AND b.account_class IN ('receivable', 'doubtful', 'retention')
),
dated AS (
    SELECT i.*, d.due_source, d.invoice_key, d.amount_minor
    FROM items AS i JOIN documents AS d ON d.document_key = i.document_key
    WHERE i.open_minor > 0
),
repeated AS (
    SELECT invoice_key, amount_minor, due_on, MIN(document_key) AS first_key
    FROM documents
    WHERE kind = 'invoice' AND amount_minor > 0
    GROUP BY invoice_key, amount_minor, due_on
    HAVING COUNT(*) > 1
),
numbered AS (
    SELECT x.document_key, x.invoice_key, c.company_id, l.number
    FROM dated AS x
    JOIN customers AS c ON c.customer_key = x.customer_key
    JOIN documents AS d ON d.document_key = x.document_key
    JOIN batches AS t ON t.batch_key = d.batch_key
    JOIN layer_documents AS l ON l.document_key = x.document_key AND l.batch_id = t.batch_id
    WHERE x.kind = 'invoice' AND l.number IS NOT NULL
),
shared AS (
    SELECT company_id, number FROM numbered
    GROUP BY company_id, number HAVING MIN(invoice_key) <> MAX(invoice_key)
),
stocks AS (
    SELECT customer_key, currency, CAST(SUM(open_minor) AS BIGINT) AS open_minor,
        CAST(SUM(CASE WHEN open_minor > 0 AND due_on < $as_of THEN open_minor ELSE 0 END) AS BIGINT) AS overdue_minor,
        MAX(CASE WHEN open_minor > 0 THEN 1 ELSE 0 END) AS has_debit
    FROM items GROUP BY customer_key, currency
),
marks AS (
    SELECT CASE WHEN due_source = 'default' THEN 'due_by_default' ELSE 'due_by_terms' END AS code,
        customer_key, document_key, currency, open_minor, issued_on, due_on
    FROM dated WHERE due_source IN ('default', 'terms')
    UNION ALL
    SELECT 'credit_unallocated', customer_key, document_key, currency, open_minor, issued_on, due_on
    FROM items WHERE open_minor < 0
    UNION ALL
    SELECT 'due_before_issued', customer_key, document_key, currency, open_minor, issued_on, due_on
    FROM dated WHERE due_source = 'file' AND kind = 'invoice' AND due_on < issued_on
    UNION ALL
    SELECT 'due_beyond_year', customer_key, document_key, currency, open_minor, issued_on, due_on
    FROM dated WHERE due_source = 'file' AND kind = 'invoice' AND due_on > issued_on + 365
    UNION ALL
    SELECT 'line_repeated', x.customer_key, x.document_key, x.currency, x.open_minor, x.issued_on, x.due_on
    FROM dated AS x
    JOIN repeated AS r ON r.invoice_key = x.invoice_key AND r.amount_minor = x.amount_minor
        AND r.due_on = x.due_on AND r.first_key <> x.document_key
    UNION ALL
    SELECT 'number_shared', x.customer_key, x.document_key, x.currency, x.open_minor, x.issued_on, x.due_on
    FROM numbered AS n
    JOIN shared AS s ON s.company_id = n.company_id AND s.number = n.number
    JOIN dated AS x ON x.document_key = n.document_key
    UNION ALL
    SELECT 'issued_later', d.customer_key, d.document_key, d.currency, d.amount_minor, d.issued_on, d.due_on
    FROM documents AS d
    JOIN batches AS t ON t.batch_key = d.batch_key
    WHERE d.issued_on > CAST(t.imported_at AS DATE)
        AND d.account_class IN ('receivable', 'doubtful', 'retention')
    UNION ALL
    SELECT 'rate_missing', i.customer_key, i.document_key, i.currency, i.open_minor, i.issued_on, i.due_on
    FROM items AS i
    JOIN customers AS c ON c.customer_key = i.customer_key
    JOIN companies AS k ON k.company_id = c.company_id AND k.currency <> i.currency
    LEFT JOIN (
        SELECT DISTINCT r.company_id, r.currency
        FROM layer_rates AS r JOIN live_batches AS b ON b.batch_id = r.batch_id
        WHERE r.rate_on <= $as_of
    ) AS q ON q.company_id = c.company_id AND q.currency = i.currency
    WHERE q.currency IS NULL AND i.open_company_minor IS NULL
    UNION ALL
    SELECT 'customer_unnamed', s.customer_key, NULL, s.currency, s.open_minor, NULL, NULL
    FROM stocks AS s JOIN customers AS c ON c.customer_key = s.customer_key
    WHERE c.name = c.customer_id AND s.open_minor <> 0
    UNION ALL
    SELECT 'customer_without_terms', s.customer_key, NULL, s.currency, s.open_minor, NULL, NULL
    FROM stocks AS s JOIN customers AS c ON c.customer_key = s.customer_key
    WHERE c.terms IS NULL AND s.has_debit = 1
    UNION ALL
    SELECT 'customer_collective', s.customer_key, NULL, s.currency, s.open_minor, NULL, NULL
    FROM stocks AS s JOIN customers AS c ON c.customer_key = s.customer_key
    WHERE c.is_collective AND s.open_minor <> 0
)
SELECT code, company_id, customer_id, currency, count, amount_minor, absolute_minor, overdue_minor,
    low_minor, high_minor, name, number, kind, issued_on, due_on, document_minor, file_name, sheet, row_number
FROM (
SELECT g.*, ROW_NUMBER() OVER (PARTITION BY code ORDER BY absolute_minor DESC, company_id, customer_id, number) AS place
FROM (
SELECT
    m.code, c.company_id, CASE WHEN $is_list THEN c.customer_id END AS customer_id,
    m.currency,
    CAST(COUNT(*) AS BIGINT) AS count,
    CAST(SUM(m.open_minor) AS BIGINT) AS amount_minor,
    CAST(SUM(ABS(m.open_minor)) AS BIGINT) AS absolute_minor,
    CAST(SUM(CASE WHEN m.open_minor > 0 AND m.due_on < $as_of THEN m.open_minor ELSE 0 END) AS BIGINT) AS overdue_minor,
    CAST(SUM(CASE WHEN m.open_minor > 0 AND m.issued_on + 60 < $as_of THEN m.open_minor ELSE 0 END) AS BIGINT) AS low_minor,
    CAST(SUM(CASE WHEN m.open_minor > 0 AND m.issued_on < $as_of THEN m.open_minor ELSE 0 END) AS BIGINT) AS high_minor,
    CASE WHEN $is_list THEN MIN(c.name) END AS name,
    CASE WHEN $is_list THEN MIN(l.number) END AS number,
    CASE WHEN $is_list THEN MIN(CAST(d.kind AS VARCHAR)) END AS kind,
    CASE WHEN $is_list THEN MIN(m.issued_on) END AS issued_on,
    CASE WHEN $is_list THEN MIN(m.due_on) END AS due_on,
    CASE WHEN $is_list THEN MIN(d.amount_minor) END AS document_minor,
    CASE WHEN $is_list THEN MIN(t.file_name) END AS file_name,
    CASE WHEN $is_list THEN MIN(l.sheet) END AS sheet,
    CASE WHEN $is_list THEN MIN(l.source_row) END AS row_number
FROM marks AS m
JOIN customers AS c ON c.customer_key = m.customer_key
LEFT JOIN documents AS d ON $is_list AND d.document_key = m.document_key
LEFT JOIN batches AS t ON $is_list AND t.batch_key = d.batch_key
LEFT JOIN layer_documents AS l ON $is_list AND l.document_key = m.document_key AND l.batch_id = t.batch_id
GROUP BY m.code, c.company_id, m.currency, CASE WHEN $is_list THEN c.customer_id END,
    CASE WHEN $is_list THEN m.document_key END
) AS g
) AS ranked
WHERE place <= $most
ORDER BY code, place

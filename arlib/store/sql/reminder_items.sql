-- Open debits of the perimeter due by a day. Without lettering credits pay the oldest debits first:
-- what is owed before each one and the credits to spread are told with it.
SELECT
    c.company_id, c.customer_id, o.currency, l.document_id, l.number, o.kind, o.account_class,
    o.issued_on, o.due_on, d.amount_minor, o.open_minor, o.disputed_minor,
    CAST(o.running_minor - o.open_minor AS BIGINT) AS earlier_minor,
    CAST(COALESCE(p.credits_minor, 0) AS BIGINT) AS credits_minor
FROM (
    SELECT customer_key, document_key, currency, kind, account_class, issued_on, due_on, open_minor,
        disputed_minor,
        SUM(open_minor) OVER (
            PARTITION BY customer_key, currency ORDER BY due_on, document_key
        ) AS running_minor
    FROM document_balances
    WHERE from_on <= $as_of AND to_on > $as_of AND open_minor > 0
        AND account_class IN ('receivable', 'doubtful', 'retention')
) AS o
JOIN documents AS d ON d.document_key = o.document_key
JOIN customers AS c ON c.customer_key = o.customer_key
JOIN batches AS t ON t.batch_key = d.batch_key
LEFT JOIN layer_documents AS l ON l.document_key = o.document_key AND l.batch_id = t.batch_id
LEFT JOIN (
    SELECT customer_key, currency, SUM(open_minor) AS credits_minor
    FROM document_balances
    WHERE from_on <= $as_of AND to_on > $as_of AND open_minor < 0
        AND account_class IN ('receivable', 'doubtful', 'retention')
    GROUP BY customer_key, currency
) AS p ON p.customer_key = o.customer_key AND p.currency = o.currency
WHERE o.due_on <= $last
ORDER BY c.company_id, c.customer_id, o.currency, o.due_on, l.number, o.document_key

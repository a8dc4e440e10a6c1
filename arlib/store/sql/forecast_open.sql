-- What may be foreseen of the debits of the customer accounts open at the date: what is not in dispute,
-- of debits of one customer, currency, due date and dispute together.
SELECT c.company_id, c.customer_id, p.currency, p.due_on, p.is_disputed, p.planned_minor
FROM (
    SELECT
        b.customer_key, b.currency, b.due_on, x.document_key IS NOT NULL AS is_disputed,
        CAST(SUM(b.open_minor - LEAST(b.disputed_minor, b.open_minor)) AS BIGINT) AS planned_minor
    FROM document_balances AS b
    LEFT JOIN (
        SELECT DISTINCT document_key FROM disputes WHERE NOT is_undated AND opened_on <= $as_of
    ) AS x ON x.document_key = b.document_key
    WHERE b.from_on <= $as_of AND b.to_on > $as_of
        AND b.open_minor > LEAST(b.disputed_minor, b.open_minor) AND b.open_minor > 0
        AND b.account_class IN ('receivable', 'doubtful', 'retention')
    GROUP BY 1, 2, 3, 4
) AS p
JOIN customers AS c ON c.customer_key = p.customer_key
ORDER BY 1, 2, 3, 4, 5

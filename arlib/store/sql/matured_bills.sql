-- Bills of 413 cleared at the date whose maturity is not long enough ago for a return to be excluded, less
-- the bounces of those days: what bounced is owed again in the customer's account.
SELECT company_id, customer_id, currency, CAST(SUM(amount_minor) AS BIGINT) AS amount_minor
FROM (
    SELECT c.company_id, c.customer_id, d.currency,
        d.amount_minor - COALESCE(o.open_minor, 0) AS amount_minor
    FROM documents AS d
    JOIN customers AS c ON c.customer_key = d.customer_key
    LEFT JOIN document_balances AS o
        ON o.document_key = d.document_key AND o.from_on <= $as_of AND o.to_on > $as_of
    WHERE d.account_class = 'bill' AND d.amount_minor > 0 AND d.issued_on <= $as_of
        AND d.due_on <= $as_of AND d.due_on + CAST($bill_safety_days AS INTEGER) > $as_of
    UNION ALL
    SELECT c.company_id, c.customer_id, d.currency, -d.amount_minor
    FROM documents AS d
    JOIN customers AS c ON c.customer_key = d.customer_key
    WHERE d.kind = 'bounce' AND d.issued_on <= $as_of
        AND d.issued_on + CAST($bill_safety_days AS INTEGER) > $as_of
) AS moved
GROUP BY company_id, customer_id, currency
HAVING SUM(amount_minor) > 0
ORDER BY company_id, customer_id, currency

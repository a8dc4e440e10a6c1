-- As coverage, by customer: the receipts of whoever paid, what of them stands against invoices.
SELECT
    c.company_id, c.customer_id, s.currency, CAST(SUM(s.receipts_minor) AS BIGINT) AS receipts_minor,
    CAST(SUM(s.covered_minor) AS BIGINT) AS covered_minor,
    CAST(SUM(s.matched_minor) AS BIGINT) AS matched_minor
FROM (
    SELECT customer_key, currency, -amount_minor AS receipts_minor, 0 AS covered_minor,
        0 AS matched_minor
    FROM documents
    WHERE issued_on > $start AND issued_on <= $as_of AND kind IN ('payment', 'deposit')
        AND amount_minor < 0 AND account_class IN ('receivable', 'doubtful', 'retention')
    UNION ALL
    SELECT credit_customer_key, currency, 0,
        CASE WHEN confidence >= $min_confidence THEN amount_minor ELSE 0 END,
        CASE WHEN rule <> 'source' THEN amount_minor ELSE 0 END
    FROM allocations
    WHERE allocated_on <= $as_of AND paid_on > $start AND paid_on <= $as_of
        AND credit_kind IN ('payment', 'deposit') AND debit_kind IN ('invoice', 'opening')
        AND account_class IN ('receivable', 'doubtful', 'retention')
) AS s
JOIN customers AS c ON c.customer_key = s.customer_key
GROUP BY c.company_id, c.customer_id, s.currency
ORDER BY c.company_id, c.customer_id, s.currency

-- How much of the cash received in (start, as_of] behaviour relies on, and how it was attached.
SELECT
    company_id, currency, CAST(SUM(receipts_minor) AS BIGINT) AS receipts_minor,
    CAST(SUM(covered_minor) AS BIGINT) AS covered_minor,
    CAST(SUM(matched_minor) AS BIGINT) AS matched_minor
FROM (
    SELECT c.company_id, d.currency, -d.amount_minor AS receipts_minor, 0 AS covered_minor,
        0 AS matched_minor
    FROM documents AS d
    JOIN customers AS c ON c.customer_key = d.customer_key
    WHERE d.issued_on > $start AND d.issued_on <= $as_of AND d.kind IN ('payment', 'deposit')
        AND d.amount_minor < 0 AND d.account_class IN ('receivable', 'doubtful', 'retention')
    UNION ALL
    SELECT c.company_id, a.currency, 0,
        CASE WHEN a.confidence >= $min_confidence AND NOT COALESCE(c.is_collective, FALSE)
            THEN a.amount_minor ELSE 0 END,
        CASE WHEN a.rule <> 'source' THEN a.amount_minor ELSE 0 END
    FROM allocations AS a
    JOIN customers AS c ON c.customer_key = a.credit_customer_key
    WHERE a.allocated_on <= $as_of AND a.paid_on > $start AND a.paid_on <= $as_of
        AND a.credit_kind IN ('payment', 'deposit') AND a.debit_kind IN ('invoice', 'opening')
        AND a.account_class IN ('receivable', 'doubtful', 'retention')
) AS sides
GROUP BY company_id, currency
ORDER BY company_id, currency

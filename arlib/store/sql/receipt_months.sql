-- Cash received in each month from $first on, by what it paid: due that month, overdue from before,
-- not due before the month's end, anything but an invoice. Allocations in effect at the date.
SELECT
    company_id, currency,
    MAKE_DATE(CAST((month_no - 1) // 12 AS INTEGER), CAST((month_no - 1) % 12 + 1 AS INTEGER), 1) AS month_on,
    CAST(SUM(receipts_minor) AS BIGINT) AS receipts_minor,
    CAST(SUM(CASE WHEN step = 1 THEN amount_minor ELSE 0 END) AS BIGINT) AS due_minor,
    CAST(SUM(CASE WHEN step = 2 THEN amount_minor ELSE 0 END) AS BIGINT) AS overdue_minor,
    CAST(SUM(CASE WHEN step = 3 THEN amount_minor ELSE 0 END) AS BIGINT) AS early_minor,
    CAST(SUM(CASE WHEN step = 4 THEN amount_minor ELSE 0 END) AS BIGINT) AS other_minor,
    CAST(SUM(count_receipts) AS BIGINT) AS count_receipts
FROM (
    SELECT
        c.company_id, d.currency, YEAR(d.issued_on) * 12 + MONTH(d.issued_on) AS month_no, 0 AS step,
        -SUM(d.amount_minor) AS receipts_minor, 0 AS amount_minor, COUNT(*) AS count_receipts
    FROM documents AS d
    JOIN customers AS c ON c.customer_key = d.customer_key
    WHERE d.kind IN ('payment', 'deposit') AND d.amount_minor < 0
        AND d.issued_on >= $first AND d.issued_on <= $as_of
        AND d.account_class IN ('receivable', 'doubtful', 'retention')
    GROUP BY c.company_id, d.currency, YEAR(d.issued_on) * 12 + MONTH(d.issued_on)
    UNION ALL
    SELECT
        company_id, currency, YEAR(paid_end) * 12 + MONTH(paid_end),
        CASE
            WHEN NOT is_invoice THEN 4
            WHEN due_on > paid_end THEN 3
            WHEN paid_end - due_on < DAY(paid_end) THEN 1
            ELSE 2
        END,
        0, SUM(amount_minor), 0
    FROM (
        SELECT
            c.company_id, a.currency, LAST_DAY(a.paid_on) AS paid_end, a.due_on, a.amount_minor,
            a.debit_kind IN ('invoice', 'opening')
                AND a.account_class IN ('receivable', 'doubtful', 'retention') AS is_invoice
        FROM allocations AS a
        JOIN customers AS c ON c.customer_key = a.credit_customer_key
        WHERE a.credit_kind IN ('payment', 'deposit') AND a.allocated_on <= $as_of
            AND a.paid_on >= $first AND a.paid_on <= $as_of
            -- advances on their own account are no receipt of the customer accounts
            AND a.credit_key NOT IN (
                SELECT document_key FROM documents
                WHERE kind IN ('payment', 'deposit')
                    AND (account_class NOT IN ('receivable', 'doubtful', 'retention') OR amount_minor >= 0)
            )
    ) AS used
    GROUP BY company_id, currency, YEAR(paid_end) * 12 + MONTH(paid_end),
        CASE
            WHEN NOT is_invoice THEN 4
            WHEN due_on > paid_end THEN 3
            WHEN paid_end - due_on < DAY(paid_end) THEN 1
            ELSE 2
        END
) AS parts
GROUP BY company_id, currency, month_no
ORDER BY company_id, currency, month_no

-- What fell due in each month from $first on, and when it was collected against that month's end.
-- Parts do not overlap: cash and credits of allocations in effect at the date; the rest is open.
SELECT
    company_id, currency,
    MAKE_DATE(CAST((month_no - 1) // 12 AS INTEGER), CAST((month_no - 1) % 12 + 1 AS INTEGER), 1) AS month_on,
    CAST(SUM(due_minor) AS BIGINT) AS due_minor,
    CAST(SUM(credited_minor) AS BIGINT) AS credited_minor,
    CAST(SUM(CASE WHEN step = 0 THEN cash_minor ELSE 0 END) AS BIGINT) AS before_minor,
    CAST(SUM(CASE WHEN step = 1 THEN cash_minor ELSE 0 END) AS BIGINT) AS within_minor,
    CAST(SUM(CASE WHEN step = 2 THEN cash_minor ELSE 0 END) AS BIGINT) AS after_30_minor,
    CAST(SUM(CASE WHEN step = 3 THEN cash_minor ELSE 0 END) AS BIGINT) AS after_60_minor,
    CAST(SUM(CASE WHEN step = 4 THEN cash_minor ELSE 0 END) AS BIGINT) AS later_minor,
    CAST(SUM(count_items) AS BIGINT) AS count_items
FROM (
    SELECT
        c.company_id, d.currency, YEAR(d.due_on) * 12 + MONTH(d.due_on) AS month_no, 0 AS step,
        SUM(d.amount_minor) AS due_minor, 0 AS credited_minor, 0 AS cash_minor,
        COUNT(*) AS count_items
    FROM documents AS d
    JOIN customers AS c ON c.customer_key = d.customer_key
    WHERE d.kind IN ('invoice', 'opening') AND d.amount_minor > 0
        AND d.issued_on <= $as_of AND d.due_on >= $first AND d.due_on <= $as_of
        AND d.account_class IN ('receivable', 'doubtful', 'retention')
    GROUP BY c.company_id, d.currency, YEAR(d.due_on) * 12 + MONTH(d.due_on)
    UNION ALL
    SELECT
        company_id, currency, YEAR(due_end) * 12 + MONTH(due_end),
        CASE
            WHEN paid_on - due_end > 60 THEN 4
            WHEN paid_on - due_end > 30 THEN 3
            WHEN paid_on > due_end THEN 2
            WHEN due_end - paid_on < DAY(due_end) THEN 1
            ELSE 0
        END,
        0,
        SUM(CASE WHEN is_cash THEN 0 ELSE amount_minor END),
        SUM(CASE WHEN is_cash THEN amount_minor ELSE 0 END), 0
    FROM (
        SELECT
            c.company_id, a.currency, LAST_DAY(a.due_on) AS due_end, a.paid_on,
            a.credit_kind IN ('payment', 'deposit') AS is_cash, a.amount_minor
        FROM allocations AS a
        JOIN customers AS c ON c.customer_key = a.customer_key
        WHERE a.debit_kind IN ('invoice', 'opening') AND a.allocated_on <= $as_of
            AND a.due_on >= $first AND a.due_on <= $as_of
            AND a.account_class IN ('receivable', 'doubtful', 'retention')
    ) AS settled
    GROUP BY company_id, currency, YEAR(due_end) * 12 + MONTH(due_end),
        CASE
            WHEN paid_on - due_end > 60 THEN 4
            WHEN paid_on - due_end > 30 THEN 3
            WHEN paid_on > due_end THEN 2
            WHEN due_end - paid_on < DAY(due_end) THEN 1
            ELSE 0
        END
) AS parts
GROUP BY company_id, currency, month_no
ORDER BY company_id, currency, month_no

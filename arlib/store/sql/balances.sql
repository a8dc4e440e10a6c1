SELECT
    c.company_id, c.customer_id, g.currency, g.account_class, g.open_debit_minor, g.credits_minor,
    g.outstanding_minor, g.not_due_minor, g.overdue_minor, g.disputed_minor,
    g.overdue_disputed_minor, g.not_due_disputed_minor, g.late_amount_days, g.count_open,
    g.count_overdue, g.oldest_due_on, g.max_days_late, g.max_undisputed_days_late,
    g.oldest_issued_on
FROM (
    SELECT
        customer_key, currency, account_class,
        CAST(SUM(CASE WHEN open_minor > 0 THEN open_minor ELSE 0 END) AS BIGINT) AS open_debit_minor,
        CAST(SUM(CASE WHEN open_minor < 0 THEN open_minor ELSE 0 END) AS BIGINT) AS credits_minor,
        CAST(SUM(open_minor) AS BIGINT) AS outstanding_minor,
        CAST(SUM(CASE WHEN open_minor > 0 AND due_on >= $as_of THEN open_minor ELSE 0 END) AS BIGINT) AS not_due_minor,
        CAST(SUM(CASE WHEN open_minor > 0 AND due_on < $as_of THEN open_minor ELSE 0 END) AS BIGINT) AS overdue_minor,
        CAST(SUM(disputed_minor) AS BIGINT) AS disputed_minor,
        CAST(SUM(CASE WHEN due_on < $as_of THEN disputed_minor ELSE 0 END) AS BIGINT) AS overdue_disputed_minor,
        CAST(SUM(CASE WHEN due_on >= $as_of THEN disputed_minor ELSE 0 END) AS BIGINT) AS not_due_disputed_minor,
        SUM(CASE WHEN open_minor > 0 AND due_on < $as_of
            THEN CAST(open_minor AS DOUBLE) * ($as_of - due_on) ELSE 0 END) AS late_amount_days,
        CAST(SUM(CASE WHEN open_minor > 0 THEN 1 ELSE 0 END) AS BIGINT) AS count_open,
        CAST(SUM(CASE WHEN open_minor > 0 AND due_on < $as_of THEN 1 ELSE 0 END) AS BIGINT) AS count_overdue,
        MIN(CASE WHEN open_minor > 0 THEN due_on END) AS oldest_due_on,
        MAX(CASE WHEN open_minor > 0 AND due_on < $as_of THEN $as_of - due_on END) AS max_days_late,
        MAX(CASE WHEN open_minor > disputed_minor AND due_on < $as_of THEN $as_of - due_on END) AS max_undisputed_days_late,
        MIN(CASE WHEN open_minor > 0 THEN issued_on END) AS oldest_issued_on
    FROM document_balances
    WHERE from_on <= $as_of AND to_on > $as_of
    GROUP BY customer_key, currency, account_class
) AS g
JOIN customers AS c ON c.customer_key = g.customer_key

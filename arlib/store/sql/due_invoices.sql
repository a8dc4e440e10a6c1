-- What P30 needs: invoices due inside the window, what was paid or stays open over 30 days late.
SELECT
    c.company_id, c.customer_id, g.currency, g.billed_minor, g.late_30_paid_minor,
    g.late_30_open_minor
FROM (
    SELECT
        customer_key, currency,
        CAST(SUM(billed_minor) AS BIGINT) AS billed_minor,
        CAST(SUM(late_30_paid_minor) AS BIGINT) AS late_30_paid_minor,
        CAST(SUM(late_30_open_minor) AS BIGINT) AS late_30_open_minor
    FROM (
        SELECT customer_key, currency, amount_minor AS billed_minor,
            0 AS late_30_paid_minor, 0 AS late_30_open_minor
        FROM documents
        LEFT JOIN (
            SELECT d.invoice_key
            FROM disputes AS x JOIN documents AS d ON d.document_key = x.document_key
            WHERE $without_disputed AND x.opened_on <= $as_of
        ) AS x ON x.invoice_key = documents.invoice_key
        WHERE x.invoice_key IS NULL
            AND kind IN ('invoice', 'opening') AND amount_minor > 0 AND issued_on <= $as_of
            AND due_on > $start AND due_on < $as_of
            AND account_class IN ('receivable', 'doubtful', 'retention')
        UNION ALL
        SELECT customer_key, currency,
            CASE WHEN credit_kind = 'credit_note' THEN -amount_minor ELSE 0 END,
            CASE WHEN credit_kind IN ('payment', 'deposit') AND paid_on - due_on > 30
                AND confidence >= $min_confidence THEN amount_minor ELSE 0 END,
            0
        FROM allocations
        LEFT JOIN (
            SELECT d.invoice_key
            FROM disputes AS x JOIN documents AS d ON d.document_key = x.document_key
            WHERE $without_disputed AND x.opened_on <= $as_of
        ) AS x ON x.invoice_key = allocations.invoice_key
        WHERE x.invoice_key IS NULL
            AND allocated_on <= $as_of AND due_on > $start AND due_on < $as_of
            AND debit_kind IN ('invoice', 'opening')
            AND account_class IN ('receivable', 'doubtful', 'retention')
        UNION ALL
        SELECT customer_key, currency, 0, 0, open_minor
        FROM document_balances
        LEFT JOIN (
            SELECT e.document_key
            FROM disputes AS x
            JOIN documents AS d ON d.document_key = x.document_key
            JOIN documents AS e ON e.invoice_key = d.invoice_key
            WHERE $without_disputed AND x.opened_on <= $as_of
        ) AS x ON x.document_key = document_balances.document_key
        WHERE x.document_key IS NULL
            AND from_on <= $as_of AND to_on > $as_of AND open_minor > 0
            AND kind IN ('invoice', 'opening')
            AND due_on > $start AND $as_of - due_on > 30
            AND account_class IN ('receivable', 'doubtful', 'retention')
    ) AS parts
    GROUP BY customer_key, currency
) AS g
JOIN customers AS c ON c.customer_key = g.customer_key

-- How long invoices live, in days from the due date: events (fully paid, last cash) and censored
-- ones (open at the date; settled without cash), by value of a level. An invoice counts once, with
-- its last due date. Paid or settled in (start, as_of]; open ones have no age limit.
SELECT
    CASE WHEN $level IN ('customer', 'group') THEN c.company_id END AS company_id,
    CASE $level
        WHEN 'customer' THEN c.customer_id WHEN 'group' THEN c.group_id
        WHEN 'category' THEN c.category WHEN 'sector' THEN c.sector WHEN 'owner' THEN c.owner
        WHEN 'segment' THEN m.label
    END AS value,
    v.currency, CAST(v.days AS BIGINT) AS days,
    CAST(SUM(v.events) AS BIGINT) AS events,
    CAST(SUM(v.censored) AS BIGINT) AS censored,
    CAST(SUM(v.event_minor) AS BIGINT) AS event_minor,
    CAST(SUM(v.censored_minor) AS BIGINT) AS censored_minor
FROM (
    SELECT
        i.customer_key, i.currency, i.days,
        SUM(CASE WHEN i.is_event THEN 1 ELSE 0 END) AS events,
        SUM(CASE WHEN i.is_event THEN 0 ELSE 1 END) AS censored,
        SUM(CASE WHEN i.is_event THEN i.amount_minor ELSE 0 END) AS event_minor,
        SUM(CASE WHEN i.is_event THEN 0 ELSE i.amount_minor END) AS censored_minor
    FROM (
        SELECT customer_key, currency, invoice_key, last_cash_on - due_on AS days, TRUE AS is_event,
            amount_minor
        FROM settled_invoices
        WHERE from_on <= $as_of AND to_on > $as_of
            AND last_cash_on > $start AND last_cash_on <= $as_of
            AND confidence >= $min_confidence
        UNION ALL
        SELECT o.customer_key, o.currency, o.invoice_key,
            $as_of - GREATEST(o.due_on, COALESCE(n.due_on, o.due_on)), FALSE,
            COALESCE(n.amount_minor, o.amount_minor)
        FROM (
            SELECT MIN(b.customer_key) AS customer_key, MIN(b.currency) AS currency, d.invoice_key,
                MAX(b.due_on) AS due_on, SUM(d.amount_minor) AS amount_minor
            FROM document_balances AS b
            JOIN documents AS d ON d.document_key = b.document_key
            WHERE b.from_on <= $as_of AND b.to_on > $as_of AND b.open_minor > 0
                AND b.kind IN ('invoice', 'opening')
                AND b.account_class IN ('receivable', 'doubtful', 'retention')
            GROUP BY d.invoice_key
        ) AS o
        LEFT JOIN (
            SELECT invoice_key, MAX(due_on) AS due_on, SUM(amount_minor) AS amount_minor
            FROM documents
            WHERE invoice_key <> document_key AND kind IN ('invoice', 'opening') AND amount_minor > 0
                AND account_class IN ('receivable', 'doubtful', 'retention') AND issued_on <= $as_of
            GROUP BY invoice_key
        ) AS n ON n.invoice_key = o.invoice_key
        UNION ALL
        SELECT MIN(w.customer_key), MIN(w.currency), w.invoice_key,
            MIN(w.settled_on) - MAX(n.due_on), FALSE, SUM(n.amount_minor)
        FROM (
            SELECT MIN(a.customer_key) AS customer_key, MIN(a.currency) AS currency, a.invoice_key,
                MAX(CASE WHEN a.amount_minor > 0 THEN a.allocated_on END) AS settled_on
            FROM allocations AS a
            JOIN (
                SELECT DISTINCT invoice_key FROM allocations
                WHERE allocated_on <= $as_of AND allocated_on > $start
                    AND credit_kind NOT IN ('payment', 'deposit')
            ) AS y ON y.invoice_key = a.invoice_key
            WHERE a.allocated_on <= $as_of AND a.debit_kind IN ('invoice', 'opening')
                AND a.account_class IN ('receivable', 'doubtful', 'retention')
            GROUP BY a.invoice_key
            HAVING SUM(CASE WHEN a.credit_kind IN ('payment', 'deposit') THEN a.amount_minor
                ELSE 0 END) = 0
                AND MAX(CASE WHEN a.amount_minor > 0 THEN a.allocated_on END) > $start
        ) AS w
        JOIN documents AS n ON n.invoice_key = w.invoice_key
            AND n.kind IN ('invoice', 'opening') AND n.amount_minor > 0 AND n.issued_on <= $as_of
            AND n.account_class IN ('receivable', 'doubtful', 'retention')
        LEFT JOIN (
            SELECT d.invoice_key
            FROM document_balances AS b
            JOIN documents AS d ON d.document_key = b.document_key
            WHERE b.from_on <= $as_of AND b.to_on > $as_of AND b.open_minor > 0
        ) AS s ON s.invoice_key = w.invoice_key
        WHERE s.invoice_key IS NULL
        GROUP BY w.invoice_key
    ) AS i
    LEFT JOIN (
        SELECT d.invoice_key
        FROM disputes AS x JOIN documents AS d ON d.document_key = x.document_key
        WHERE $without_disputed AND x.opened_on <= $as_of
    ) AS x ON x.invoice_key = i.invoice_key
    WHERE x.invoice_key IS NULL
    GROUP BY i.customer_key, i.currency, i.days
) AS v
JOIN customers AS c ON c.customer_key = v.customer_key
LEFT JOIN (
    SELECT UNNEST(CAST($members AS VARCHAR[])) AS member, UNNEST(CAST($labels AS VARCHAR[])) AS label
) AS m ON $level = 'segment' AND m.member = c.company_id || CHR(31) || c.customer_id || CHR(31) || v.currency
WHERE NOT COALESCE(c.is_collective, FALSE)
    AND NOT LIST_CONTAINS(CAST($without AS VARCHAR[]), c.company_id)
    AND ($scope = 'portfolio' OR (
        ($scope_company IS NULL OR c.company_id = $scope_company)
        AND CAST($scope_value AS VARCHAR) IS NOT DISTINCT FROM CASE $scope
            WHEN 'customer' THEN c.customer_id WHEN 'group' THEN c.group_id
            WHEN 'category' THEN c.category WHEN 'sector' THEN c.sector WHEN 'owner' THEN c.owner
        END
    ))
GROUP BY 1, 2, 3, 4
ORDER BY company_id, value, v.currency, days

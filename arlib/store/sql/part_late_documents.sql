-- Debts that bear interest and what was set against each, every sum with the day from which it no longer bears
-- any: a payment the day after it came in, a credit note from its own day (all along when $retroactive),
-- what was settled before the first list of open items all along, since nobody knows when.
set_against AS (
    SELECT
        a.debit_key, a.amount_minor,
        CASE
            WHEN a.amount_minor < 0 THEN a.allocated_on
            WHEN a.rule = 'inferred' AND a.allocated_after_on IS NULL THEN a.issued_on
            WHEN a.credit_kind = 'credit_note' AND $retroactive THEN a.issued_on
            WHEN a.credit_kind = 'credit_note' THEN GREATEST(a.paid_on, a.issued_on) - 1
            ELSE GREATEST(a.paid_on, a.issued_on)
        END AS until_on,
        CASE
            WHEN a.amount_minor < 0 THEN a.allocated_on ELSE GREATEST(a.paid_on, a.issued_on)
        END AS effect_on
    FROM allocations AS a
    WHERE a.allocated_on <= $as_of
        AND a.debit_kind IN ('invoice', 'opening', 'bounce', 'adjustment')
        AND a.account_class IN ('receivable', 'doubtful', 'retention')
),
-- A due date that was pushed later counts as the date knows it.
pushed AS (
    SELECT b.document_key, MAX_BY(b.due_on, b.from_on) AS due_on
    FROM document_balances AS b
    WHERE b.from_on <= $as_of AND b.document_key IN (
        SELECT x.document_key
        FROM document_balances AS x
        JOIN documents AS y ON y.document_key = x.document_key
        WHERE x.due_on <> y.due_on
    )
    GROUP BY b.document_key
),
late_documents AS (
    SELECT
        d.customer_key, d.currency, d.document_key, d.invoice_key, d.batch_key, d.kind, d.issued_on, d.due_on,
        d.due_source, d.amount_minor, s.last_on, s.settled_on, s.open_minor, s.disputed_minor
    FROM (
        SELECT
            d.customer_key, d.currency, d.document_key, d.invoice_key, d.batch_key, d.kind, d.issued_on,
            COALESCE(p.due_on, d.due_on) AS due_on, d.due_source, d.amount_minor
        FROM documents AS d
        JOIN customers AS c ON c.customer_key = d.customer_key
        LEFT JOIN pushed AS p ON p.document_key = d.document_key
        WHERE ($only_company IS NULL OR c.company_id = $only_company)
            AND ($customer IS NULL OR c.customer_id = $customer)
            AND d.issued_on <= $as_of AND d.amount_minor > 0
            AND d.account_class IN ('receivable', 'doubtful', 'retention')
            AND (
                d.kind IN ('invoice', 'opening', 'bounce')
                OR (d.kind = 'adjustment' AND d.account_class = 'doubtful')
            )
    ) AS d
    JOIN (
        SELECT
            d.document_key,
            COALESCE(b.open_minor, 0) AS open_minor, COALESCE(b.disputed_minor, 0) AS disputed_minor,
            CASE WHEN b.document_key IS NOT NULL THEN $as_of ELSE a.until_on END AS last_on,
            CASE WHEN b.document_key IS NULL THEN a.effect_on END AS settled_on
        FROM documents AS d
        LEFT JOIN (
            SELECT debit_key, MAX(until_on) AS until_on, MAX(effect_on) AS effect_on
            FROM set_against GROUP BY debit_key
        ) AS a ON a.debit_key = d.document_key
        LEFT JOIN document_balances AS b
            ON b.document_key = d.document_key AND b.from_on <= $as_of AND b.to_on > $as_of
            AND b.open_minor > 0
    ) AS s ON s.document_key = d.document_key
    WHERE d.due_on < s.last_on
),
-- What each still owed from one of those days to the next: interest runs on the days after from_on, to
-- to_on included.
late_stretches AS (
    SELECT
        m.document_key, d.invoice_key, d.customer_key, d.due_on, m.day AS from_on,
        LEAD(m.day, 1, d.last_on) OVER (PARTITION BY m.document_key ORDER BY m.day) AS to_on,
        CAST(GREATEST(
            0, SUM(m.delta_minor) OVER (PARTITION BY m.document_key ORDER BY m.day)
        ) AS BIGINT) AS base_minor,
        d.open_minor, d.disputed_minor
    FROM (
        SELECT document_key, day, SUM(delta_minor) AS delta_minor
        FROM (
            SELECT document_key, due_on AS day, amount_minor AS delta_minor FROM late_documents
            UNION ALL
            SELECT d.document_key, GREATEST(d.due_on, a.until_on), -a.amount_minor
            FROM set_against AS a
            JOIN late_documents AS d ON d.document_key = a.debit_key
            WHERE a.until_on < d.last_on
        ) AS moves
        GROUP BY document_key, day
    ) AS m
    JOIN late_documents AS d ON d.document_key = m.document_key
),
-- The same cut at each half-year (year x 2, + 1 from July), with the half-year of the first day of interest.
late_halves AS (
    SELECT
        p.customer_key, p.invoice_key, p.document_key, p.due_on, p.start_half, p.half, p.base_minor,
        CASE
            WHEN p.open_minor > 0 AND p.disputed_minor >= p.open_minor THEN p.base_minor
            ELSE LEAST(p.disputed_minor, p.base_minor)
        END AS disputed_minor,
        GREATEST(
            p.from_on, MAKE_DATE(CAST(p.half // 2 AS INTEGER), CAST(1 + 6 * (p.half % 2) AS INTEGER), 1) - 1
        ) AS from_on,
        LEAST(
            p.to_on,
            MAKE_DATE(
                CAST((p.half + 1) // 2 AS INTEGER), CAST(1 + 6 * ((p.half + 1) % 2) AS INTEGER), 1
            ) - 1
        ) AS to_on
    FROM (
        SELECT
            s.*,
            EXTRACT(YEAR FROM s.due_on + 1) * 2
            + CASE WHEN EXTRACT(MONTH FROM s.due_on + 1) > 6 THEN 1 ELSE 0 END AS start_half,
            UNNEST(RANGE(
                EXTRACT(YEAR FROM s.from_on + 1) * 2
                + CASE WHEN EXTRACT(MONTH FROM s.from_on + 1) > 6 THEN 1 ELSE 0 END,
                EXTRACT(YEAR FROM s.to_on) * 2
                + CASE WHEN EXTRACT(MONTH FROM s.to_on) > 6 THEN 1 ELSE 0 END + 1
            )) AS half
        FROM late_stretches AS s
        WHERE s.from_on < s.to_on AND s.base_minor > 0
    ) AS p
)

-- One row per interval during which a document's residual, disputed amount and due date are constant.
-- from_on <= D and to_on > D is the book at D.
CREATE OR REPLACE TEMP TABLE t_moves AS
SELECT no, day, CAST(SUM(delta_minor) AS BIGINT) AS delta_minor
FROM (
    SELECT no, issued_on AS day, amount_minor AS delta_minor FROM t_documents
    UNION ALL
    SELECT debit_no, allocated_on, -amount_minor FROM t_allocations
    UNION ALL
    SELECT credit_no, allocated_on, amount_minor FROM t_allocations
    UNION ALL
    SELECT no, from_on, 0 FROM t_dues WHERE from_on > DATE '0001-01-01'
    UNION ALL
    SELECT no, opened_on, 0 FROM t_disputes
    UNION ALL
    SELECT no, closed_on, 0 FROM t_disputes WHERE closed_on < DATE '9999-12-31'
) AS movements
GROUP BY no, day;

-- Stretches between two movements, those during which nothing is owed included.
CREATE OR REPLACE TEMP TABLE t_stretches AS
SELECT
    no, day AS from_on, COALESCE(LEAD(day) OVER axis, DATE '9999-12-31') AS to_on,
    CAST(SUM(delta_minor) OVER axis AS BIGINT) AS open_minor
FROM t_moves
WINDOW axis AS (PARTITION BY no ORDER BY day);

INSERT INTO document_balances
SELECT
    d.customer_key, d.account_class, d.currency, d.kind, d.issued_on, COALESCE(u.due_on, d.due_on),
    i.from_on, i.to_on, i.open_minor,
    CASE
        WHEN d.currency = c.currency THEN i.open_minor
        WHEN d.amount_company_minor IS NULL OR d.amount_minor = 0 THEN NULL
        ELSE CAST(ROUND(CAST(i.open_minor AS DOUBLE) * d.amount_company_minor / d.amount_minor) AS BIGINT)
    END AS open_company_minor,
    CASE
        WHEN x.disputed_minor IS NULL THEN 0
        WHEN x.disputed_minor < i.open_minor THEN CAST(x.disputed_minor AS BIGINT)
        ELSE i.open_minor
    END AS disputed_minor,
    d.no
FROM t_stretches AS i
JOIN t_documents AS d ON d.no = i.no
JOIN (
    SELECT t.customer_key, k.currency
    FROM touched AS t
    LEFT JOIN companies AS k ON k.company_id = t.company_id
) AS c ON c.customer_key = d.customer_key
LEFT JOIN (
    SELECT i.no, i.from_on, SUM(COALESCE(s.amount_minor, i.open_minor)) AS disputed_minor
    FROM t_disputes AS s
    JOIN t_stretches AS i
        ON i.no = s.no AND s.opened_on <= i.from_on AND s.closed_on > i.from_on
    WHERE i.open_minor > 0
    GROUP BY i.no, i.from_on
) AS x ON x.no = i.no AND x.from_on = i.from_on
LEFT JOIN t_dues AS u ON u.no = i.no AND i.from_on >= u.from_on AND i.from_on < u.to_on
WHERE i.open_minor <> 0;

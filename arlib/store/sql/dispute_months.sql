-- Disputes by cause: opened and closed in each month from $first on, and open at the date
-- (month_on NULL). A dispute closed after the date is open; its outcome is not known yet.
WITH cases AS (
    SELECT
        c.company_id, d.currency, x.document_key, x.opened_on, x.is_undated, x.reason,
        CASE WHEN x.closed_on <= $as_of THEN x.closed_on END AS closed_on,
        CASE WHEN x.closed_on <= $as_of THEN x.outcome END AS outcome,
        b.disputed_minor
    FROM disputes AS x
    JOIN documents AS d ON d.document_key = x.document_key
    JOIN customers AS c ON c.customer_key = d.customer_key
    -- what was in dispute on the day it opened, in the currency shown
    LEFT JOIN document_balances AS b
        ON b.document_key = x.document_key AND b.from_on <= x.opened_on AND b.to_on > x.opened_on
    WHERE x.opened_on <= $as_of AND d.issued_on <= $as_of
        AND ($customer IS NULL OR c.customer_id = $customer)
        AND ($only_company IS NULL OR c.company_id = $only_company)
)
SELECT
    company_id, currency, event, month_on, reason, outcome,
    CAST(COUNT(*) AS BIGINT) AS count_cases,
    CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) AS amount_minor,
    CAST(COUNT(days) AS BIGINT) AS count_dated,
    CAST(COALESCE(SUM(days), 0) AS BIGINT) AS days
FROM (
    SELECT
        company_id, currency, 'opened' AS event, CAST(DATE_TRUNC('month', opened_on) AS DATE) AS month_on,
        reason, CAST(NULL AS VARCHAR) AS outcome, disputed_minor AS amount_minor,
        CAST(NULL AS INTEGER) AS days
    FROM cases WHERE opened_on >= $first AND NOT is_undated
    UNION ALL
    SELECT
        company_id, currency, 'closed', CAST(DATE_TRUNC('month', closed_on) AS DATE), reason, outcome,
        disputed_minor, CASE WHEN is_undated THEN NULL ELSE closed_on - opened_on END
    FROM cases WHERE closed_on >= $first
    UNION ALL
    SELECT
        s.company_id, s.currency, 'open', CAST(NULL AS DATE), s.reason, NULL,
        -- two disputes on one invoice share its disputed part: it is counted with the first
        CASE WHEN ROW_NUMBER() OVER (PARTITION BY s.document_key ORDER BY s.opened_on, s.reason) = 1
            THEN b.disputed_minor ELSE 0 END,
        CASE WHEN s.is_undated THEN NULL ELSE $as_of - s.opened_on END
    FROM cases AS s
    JOIN document_balances AS b
        ON b.document_key = s.document_key AND b.from_on <= $as_of AND b.to_on > $as_of AND b.open_minor > 0
    WHERE s.closed_on IS NULL
) AS events
GROUP BY company_id, currency, event, month_on, reason, outcome
ORDER BY company_id, currency, event, month_on, reason, outcome

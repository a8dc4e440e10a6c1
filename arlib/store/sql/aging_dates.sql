-- Dates that no snapshot holds (inside a month, filtered or converted books): from the intervals.
SELECT
    company_id, currency, account_class, month_end, bucket,
    CAST(SUM(open_minor) AS BIGINT) AS amount_minor,
    CAST(SUM(disputed_minor) AS BIGINT) AS disputed_minor
FROM (
    SELECT
        c.company_id, b.currency, b.account_class, m.month_end, b.open_minor, b.disputed_minor,
        CASE
            WHEN b.open_minor < 0 THEN 99
            ELSE
        CASE WHEN m.month_end - b.due_on > 0 THEN 1 ELSE 0 END
        + CASE WHEN m.month_end - b.due_on > $bound_1 THEN 1 ELSE 0 END
        + CASE WHEN m.month_end - b.due_on > $bound_2 THEN 1 ELSE 0 END
        + CASE WHEN m.month_end - b.due_on > $bound_3 THEN 1 ELSE 0 END
        + CASE WHEN m.month_end - b.due_on > $bound_4 THEN 1 ELSE 0 END
        + CASE WHEN m.month_end - b.due_on > $bound_5 THEN 1 ELSE 0 END
        + CASE WHEN m.month_end - b.due_on > $bound_6 THEN 1 ELSE 0 END
        + CASE WHEN m.month_end - b.due_on > $bound_7 THEN 1 ELSE 0 END
        + CASE WHEN m.month_end - b.due_on > $bound_8 THEN 1 ELSE 0 END
        END AS bucket
    FROM document_balances AS b
    JOIN customers AS c ON c.customer_key = b.customer_key
    JOIN (SELECT UNNEST(CAST($months AS DATE[])) AS month_end) AS m
        ON b.from_on <= m.month_end AND b.to_on > m.month_end
    WHERE b.account_class IN ('receivable', 'doubtful', 'retention')
) AS placed
GROUP BY company_id, currency, account_class, month_end, bucket

-- Net sales TTC of each month from $since up to the day of the month that the date is, cash sales out:
-- what a window of whole months that ends inside a month leaves out of the month it begins in.
-- A month supplied as one sum cannot be cut: is_whole.
SELECT
    company_id, currency,
    MAKE_DATE(CAST((month_no - 1) // 12 AS INTEGER), CAST((month_no - 1) % 12 + 1 AS INTEGER), 1) AS month_on,
    CAST(SUM(begun_minor) AS BIGINT) AS begun_minor,
    BOOL_OR(is_whole) AS is_whole
FROM (
    SELECT
        c.company_id, d.currency, YEAR(d.issued_on) * 12 + MONTH(d.issued_on) AS month_no,
        SUM(d.amount_minor) AS begun_minor, FALSE AS is_whole
    FROM documents AS d
    JOIN customers AS c ON c.customer_key = d.customer_key
    JOIN companies AS k ON k.company_id = c.company_id
    WHERE d.issued_on >= $since AND d.issued_on <= $as_of AND DAY(d.issued_on) <= DAY($as_of)
        AND d.kind IN ('invoice', 'credit_note') AND NOT d.is_cash_sale
        AND d.account_class IN ('receivable', 'doubtful', 'retention')
        AND COALESCE(k.level, 'A') <> 'C'
    GROUP BY c.company_id, d.currency, YEAR(d.issued_on) * 12 + MONTH(d.issued_on)
    UNION ALL
    SELECT s.company_id, s.currency, YEAR(s.month_on) * 12 + MONTH(s.month_on), 0, TRUE
    FROM linked_sales AS s
    JOIN live_batches AS b ON b.batch_id = s.batch_id
    JOIN companies AS c ON c.company_id = s.company_id
    JOIN customers AS k ON k.company_id = s.company_id AND k.customer_id = s.customer_id
    WHERE s.basis = 'ttc' AND s.month_on >= $since AND LAST_DAY(s.month_on) <= $as_of
        AND (c.level = 'C' OR c.covers_from IS NULL OR LAST_DAY(s.month_on) < c.covers_from)
) AS sales
GROUP BY company_id, currency, month_no
ORDER BY company_id, currency, month_no

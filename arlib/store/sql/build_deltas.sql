-- Net movement of a customer's day: its running sum is the exposure of any day.
INSERT INTO exposure_deltas
SELECT
    customer_key, account_class, currency, day,
    CAST(SUM(delta_minor) AS BIGINT), CAST(SUM(delta_company_minor) AS BIGINT)
FROM (
    SELECT customer_key, account_class, currency, from_on AS day,
        open_minor AS delta_minor, open_company_minor AS delta_company_minor
    FROM t_balances
    UNION ALL
    SELECT customer_key, account_class, currency, to_on,
        -open_minor, -open_company_minor
    FROM t_balances WHERE to_on < DATE '9999-12-31'
) AS movements
GROUP BY customer_key, account_class, currency, day
HAVING SUM(delta_minor) <> 0;

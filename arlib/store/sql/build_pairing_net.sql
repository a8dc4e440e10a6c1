-- A balance settled in full settles all its lines: the credits it had netted pay the debits left.
CREATE OR REPLACE TEMP TABLE t_settled_sums AS
SELECT
    b.customer_key, b.account_class, b.currency, b.debit_minor, b.credit_minor,
    GREATEST(u.debit_on, u.credit_on) AS settled_on
FROM (
    SELECT
        customer_key, account_class, currency,
        SUM(CASE WHEN amount_minor > 0 THEN amount_minor ELSE 0 END) AS debit_minor,
        SUM(CASE WHEN amount_minor < 0 THEN -amount_minor ELSE 0 END) AS credit_minor
    FROM t_balanced
    GROUP BY customer_key, account_class, currency
) AS b
JOIN (
    SELECT
        customer_key, account_class, currency,
        SUM(CASE WHEN is_debit THEN amount_minor ELSE 0 END) AS debit_minor,
        SUM(CASE WHEN is_debit THEN 0 ELSE amount_minor END) AS credit_minor,
        MAX(CASE WHEN is_debit THEN last_on END) AS debit_on,
        MAX(CASE WHEN is_debit THEN NULL ELSE last_on END) AS credit_on
    FROM t_used
    GROUP BY customer_key, account_class, currency
) AS u
    ON u.customer_key = b.customer_key AND u.account_class = b.account_class
    AND u.currency = b.currency AND u.debit_minor = b.debit_minor
    AND u.credit_minor = b.credit_minor;

INSERT INTO t_moved
SELECT
    $newer, r.place, d.document_key, c.document_key, d.older_key, d.document_key, c.older_key,
    c.document_key, s.settled_on, NULL, NULL,
    CAST(
        LEAST(d.end_minor - s.debit_minor, c.end_minor - s.credit_minor)
        - GREATEST(d.begin_minor - s.debit_minor, c.begin_minor - s.credit_minor, 0) AS BIGINT
    ),
    'fifo', 0.3, TRUE, FALSE
FROM t_settled_sums AS s
JOIN t_lines AS d
    ON d.customer_key = s.customer_key AND d.account_class = s.account_class
    AND d.currency = s.currency AND d.is_debit AND d.end_minor > s.debit_minor
JOIN t_lines AS c
    ON c.customer_key = s.customer_key AND c.account_class = s.account_class
    AND c.currency = s.currency AND NOT c.is_debit AND c.end_minor > s.credit_minor
JOIN batch_rank AS r ON r.batch_key = $newer
WHERE LEAST(d.end_minor - s.debit_minor, c.end_minor - s.credit_minor)
    > GREATEST(d.begin_minor - s.debit_minor, c.begin_minor - s.credit_minor, 0);

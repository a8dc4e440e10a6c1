-- Open amounts by age since issue, for auditors and insurers.
SELECT
    c.company_id, c.customer_id, g.currency, g.account_class, g.bucket, g.amount_minor,
    g.disputed_minor, g.oldest_due_on
FROM (
    SELECT
        customer_key, currency, account_class, bucket,
        CAST(SUM(open_minor) AS BIGINT) AS amount_minor,
        CAST(SUM(disputed_minor) AS BIGINT) AS disputed_minor,
        MIN(CASE WHEN open_minor > 0 THEN due_on END) AS oldest_due_on
    FROM (
        SELECT
            customer_key, currency, account_class, open_minor, disputed_minor, due_on,
            CASE
                WHEN open_minor < 0 THEN 99
                ELSE
            1
            + CASE WHEN $as_of - issued_on > $bound_1 THEN 1 ELSE 0 END
            + CASE WHEN $as_of - issued_on > $bound_2 THEN 1 ELSE 0 END
            + CASE WHEN $as_of - issued_on > $bound_3 THEN 1 ELSE 0 END
            + CASE WHEN $as_of - issued_on > $bound_4 THEN 1 ELSE 0 END
            + CASE WHEN $as_of - issued_on > $bound_5 THEN 1 ELSE 0 END
            + CASE WHEN $as_of - issued_on > $bound_6 THEN 1 ELSE 0 END
            + CASE WHEN $as_of - issued_on > $bound_7 THEN 1 ELSE 0 END
            + CASE WHEN $as_of - issued_on > $bound_8 THEN 1 ELSE 0 END
            END AS bucket
        FROM document_balances
        WHERE from_on <= $as_of AND to_on > $as_of
    ) AS placed
    GROUP BY customer_key, currency, account_class, bucket
) AS g
JOIN customers AS c ON c.customer_key = g.customer_key

-- Open amounts by bucket of lateness; the bucket is counted from the bounds, so any bounds answer.
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
                WHEN due_on >= $as_of THEN
                -1
                - CASE WHEN due_on - $as_of > $forward_1 THEN 1 ELSE 0 END
                - CASE WHEN due_on - $as_of > $forward_2 THEN 1 ELSE 0 END
                - CASE WHEN due_on - $as_of > $forward_3 THEN 1 ELSE 0 END
                - CASE WHEN due_on - $as_of > $forward_4 THEN 1 ELSE 0 END
                - CASE WHEN due_on - $as_of > $forward_5 THEN 1 ELSE 0 END
                - CASE WHEN due_on - $as_of > $forward_6 THEN 1 ELSE 0 END
                - CASE WHEN due_on - $as_of > $forward_7 THEN 1 ELSE 0 END
                - CASE WHEN due_on - $as_of > $forward_8 THEN 1 ELSE 0 END
                ELSE
            CASE WHEN $as_of - due_on > 0 THEN 1 ELSE 0 END
            + CASE WHEN $as_of - due_on > $bound_1 THEN 1 ELSE 0 END
            + CASE WHEN $as_of - due_on > $bound_2 THEN 1 ELSE 0 END
            + CASE WHEN $as_of - due_on > $bound_3 THEN 1 ELSE 0 END
            + CASE WHEN $as_of - due_on > $bound_4 THEN 1 ELSE 0 END
            + CASE WHEN $as_of - due_on > $bound_5 THEN 1 ELSE 0 END
            + CASE WHEN $as_of - due_on > $bound_6 THEN 1 ELSE 0 END
            + CASE WHEN $as_of - due_on > $bound_7 THEN 1 ELSE 0 END
            + CASE WHEN $as_of - due_on > $bound_8 THEN 1 ELSE 0 END
            END AS bucket
        FROM document_balances
        WHERE from_on <= $as_of AND to_on > $as_of
    ) AS placed
    GROUP BY customer_key, currency, account_class, bucket
) AS g
JOIN customers AS c ON c.customer_key = g.customer_key

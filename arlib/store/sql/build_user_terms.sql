-- Terms fixed by hand as intervals of document dates: of two that begin the same day the later entry
-- counts; an entry without terms ends the one before. Entries undone are out.
CREATE OR REPLACE TEMP TABLE t_user_terms AS
SELECT
    customer_key, terms, from_on,
    COALESCE(
        LEAD(from_on) OVER (PARTITION BY customer_key ORDER BY from_on), DATE '9999-12-31'
    ) AS to_on
FROM (
    SELECT
        t.customer_key, u.terms, COALESCE(u.valid_from, DATE '0001-01-01') AS from_on,
        ROW_NUMBER() OVER (
            PARTITION BY t.customer_key, u.valid_from ORDER BY u.sequence DESC
        ) AS place
    FROM user_terms AS u
    LEFT JOIN customer_mains AS m
        ON m.company_id = u.company_id AND m.customer_id = u.customer_id
    JOIN touched AS t
        ON t.company_id = u.company_id
        AND t.customer_id = COALESCE(m.main_customer_id, u.customer_id)
    WHERE u.undoes IS NULL
        AND u.change_id NOT IN (SELECT undoes FROM user_terms WHERE undoes IS NOT NULL)
) AS ranked
WHERE place = 1;

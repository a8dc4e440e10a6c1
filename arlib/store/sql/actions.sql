-- What was noted, promised or sent by the day, from live files and by hand, undone entries left out;
-- latest first. document_ids: natural keys, one a line; missing: the customer. At the end of the data
-- what the user has entered since is known too: files come after the month they tell.
SELECT
    a.company_id, a.customer_id, a.change_id, a.kind, a.document_ids, a.amount_minor, a.currency,
    a.due_on, a.taken_on, a.cause, a.text, a.author, a.source, a.recorded_at, a.outcome,
    a.level, a.channel, a.plan_id
FROM (
    SELECT DISTINCT
        l.company_id, l.customer_id, CAST(NULL AS VARCHAR) AS change_id, l.kind,
        l.document_id AS document_ids, l.amount_minor, l.currency, l.due_on, l.taken_on,
        l.cause, l.text, l.author, 'file' AS source,
        CAST(NULL AS TIMESTAMP) AS recorded_at, CAST(0 AS BIGINT) AS sequence, l.outcome,
        CASE
            WHEN l.level IS NOT NULL THEN l.level
            WHEN l.kind = 'reminder' AND UPPER(TRIM(l.text)) IN ('R0', 'R1', 'R2', 'R3', 'R4', 'R5')
                THEN UPPER(TRIM(l.text))
        END AS level,
        l.channel, CAST(NULL AS VARCHAR) AS plan_id
    FROM linked_actions AS l
    JOIN live_batches AS b ON b.batch_id = l.batch_id
    UNION ALL
    SELECT
        u.company_id, u.customer_id, u.change_id, u.kind, u.document_ids, u.amount_minor,
        u.currency, u.due_on, u.taken_on, u.cause, u.text, u.recorded_by, 'user', u.recorded_at,
        u.sequence, u.outcome, u.level, u.channel, u.plan_id
    FROM linked_user_actions AS u
    WHERE u.undoes IS NULL
        AND u.change_id NOT IN (SELECT undoes FROM user_actions WHERE undoes IS NOT NULL)
) AS a
JOIN customers AS c ON c.company_id = a.company_id AND c.customer_id = a.customer_id
WHERE (
        a.taken_on <= $as_of
        OR (a.source = 'user' AND $as_of >= (SELECT MAX(last_date) FROM companies))
    )
    AND ($customer IS NULL OR a.customer_id = $customer)
    AND ($only_company IS NULL OR a.company_id = $only_company)
ORDER BY a.taken_on DESC, a.sequence DESC, a.company_id, a.customer_id, a.kind, a.due_on,
    a.document_ids, a.amount_minor, a.text, a.author

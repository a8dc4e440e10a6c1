-- The segment fixed by hand in force on the days asked: the latest decision of each customer by then, unless
-- it gave the segment back to the computation or has expired.
SELECT
    o.day, o.company_id, o.customer_id, o.segment, o.valid_from, o.expires_on, o.reason, o.author,
    o.recorded_at
FROM (
    SELECT
        a.day, u.company_id, u.customer_id, u.segment, u.valid_from, u.expires_on, u.reason,
        u.recorded_by AS author, u.recorded_at,
        ROW_NUMBER() OVER (
            PARTITION BY a.day, u.company_id, u.customer_id ORDER BY u.valid_from DESC, u.sequence DESC
        ) AS place
    FROM linked_overrides AS u
    JOIN (SELECT UNNEST($days) AS day) AS a ON u.valid_from <= a.day
) AS o
JOIN customers AS c ON c.company_id = o.company_id AND c.customer_id = o.customer_id
WHERE o.place = 1 AND o.segment IS NOT NULL
    AND (o.expires_on IS NULL OR o.expires_on >= o.day)
ORDER BY o.day, o.company_id, o.customer_id

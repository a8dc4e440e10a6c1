    SELECT company_id, customer_id, group_id, change_id, origin, reason, recorded_at, recorded_by
    FROM (
        SELECT s.*, ROW_NUMBER() OVER (
            PARTITION BY s.company_id, s.customer_id ORDER BY s.sequence DESC
        ) AS place
        FROM standing_user_groups AS s
        WHERE s.origin <> 'refused'
    ) AS ranked
    WHERE place = 1

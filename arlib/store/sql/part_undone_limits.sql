    -- decisions that an entry undid, unless that entry was itself undone
    SELECT e.undoes FROM user_limits AS e
    WHERE e.undoes IS NOT NULL
        AND e.change_id NOT IN (SELECT undoes FROM user_limits WHERE undoes IS NOT NULL)

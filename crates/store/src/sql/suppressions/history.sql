-- What is told of the list ?1, newest first: at most ?3 before the one with id ?2; packed. The
-- keys only where ?4 is 1.
SELECT json_group_array(json_array(
           id, at, actor, interface, action, reason, count, iif(?4 = 1, json(keys), NULL)
       ))
FROM (
    SELECT *
    FROM suppression_history
    WHERE list_id = ?1 AND id < ?2
    ORDER BY id DESC
    LIMIT ?3 + 0
);

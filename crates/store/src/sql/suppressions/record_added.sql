-- Tells that ?7 entries come to the list ?1: the keys of the first thousand of ?8 ([[key, …], …])
-- that are not on it yet. Before they are put there.
INSERT INTO suppression_history (list_id, at, actor, interface, action, reason, count, keys)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, (
           SELECT json_group_array(added)
           FROM (
               SELECT given.value ->> 0 AS added
               FROM json_each(?8) AS given
               WHERE NOT EXISTS (
                   SELECT 1
                   FROM suppression_entries AS held
                   WHERE held.list_id = ?1 AND held.key = given.value ->> 0
               )
               LIMIT 1000
           )
       );

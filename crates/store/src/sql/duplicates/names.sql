-- First name, last name and date of birth of the next ?3 profiles of the database ?1 after the key ?2, where all three
-- are there, and the key that was come to; none at the end.
WITH looked AS MATERIALIZED (
    SELECT pk
    FROM profiles INDEXED BY profiles_by_database
    WHERE database_id = ?1 AND pk > ?2
    ORDER BY pk
    LIMIT ?3 + 0
)
SELECT (
           SELECT json_group_array(json_array(
               profiles.pk, data ->> '$._fname', data ->> '$._lname', data ->> '$._bdate'
           ))
           FROM looked
           CROSS JOIN profiles ON profiles.pk = looked.pk
           WHERE data ->> '$._bdate' IS NOT NULL
             AND data ->> '$._fname' IS NOT NULL
             AND data ->> '$._lname' IS NOT NULL
       ),
       (SELECT CASE WHEN count(*) = ?3 THEN max(pk) END FROM looked);

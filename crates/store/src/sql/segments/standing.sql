-- Which of the keys ?3 (JSON) are profiles of the database ?1, each with whether it is in the
-- segment ?2: [[pk, 0 or 1], …].
SELECT json_group_array(json_array(
           profiles.pk,
           EXISTS (SELECT 1 FROM segment_members WHERE segment_id = ?2 AND profile = profiles.pk)
       ))
FROM json_each(?3) AS asked
CROSS JOIN profiles ON profiles.pk = asked.value
WHERE profiles.database_id = ?1;

-- Which of the profiles ?2 the database ?1 has, with their revisions.
SELECT json_group_array(json_array(profiles.pk, profiles.revision))
FROM json_each(?2) AS asked
CROSS JOIN profiles ON profiles.pk = asked.value
WHERE profiles.database_id = ?1;

-- Which of the profiles ?2 the database ?1 has.
SELECT json_group_array(profiles.pk)
FROM json_each(?2) AS asked
CROSS JOIN profiles ON profiles.pk = asked.value
WHERE profiles.database_id = ?1;

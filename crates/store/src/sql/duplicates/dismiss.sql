-- Remembers that profiles of the database ?1 are two people: pairs ?2, the lower first, where both are there.
INSERT INTO distinct_profiles (a, b, database_id, at, actor)
SELECT pair.value ->> 0, pair.value ->> 1, ?1, ?3, ?4
FROM json_each(?2) AS pair
CROSS JOIN profiles AS one ON one.pk = pair.value ->> 0
CROSS JOIN profiles AS other ON other.pk = pair.value ->> 1
WHERE one.database_id = ?1 AND other.database_id = ?1
ON CONFLICT DO NOTHING;

-- Puts those of the keys ?2 (JSON) into the segment ?1 that are profiles of its database.
INSERT INTO segment_members (segment_id, profile)
SELECT segments.id, profiles.pk
FROM segments
CROSS JOIN json_each(?2) AS asked
CROSS JOIN profiles ON profiles.pk = asked.value
WHERE segments.id = ?1 AND profiles.database_id = segments.database_id
ON CONFLICT DO NOTHING;

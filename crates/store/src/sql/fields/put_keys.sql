-- Match keys ?3 ([[value, profile], …]) of the kind ?2 in the database ?1, none of
-- them unique yet.
INSERT INTO match_keys (database_id, kind, value, slot, profile)
SELECT ?1, ?2, value ->> 0, value ->> 1, value ->> 1
FROM json_each(?3)
WHERE true
ON CONFLICT DO NOTHING;

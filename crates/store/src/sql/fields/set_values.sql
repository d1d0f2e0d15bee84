-- Other values ?1 ([[key, JSON text], …]) at the path ?2, at the time ?3.
UPDATE profiles
SET data = json_set(data, ?2, json(change.value ->> 1)),
    revision = revision + 1,
    updated_at = ?3
FROM json_each(?1) AS change
WHERE profiles.pk = change.value ->> 0;

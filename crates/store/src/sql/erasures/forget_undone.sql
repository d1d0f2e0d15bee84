-- Profiles of the database ?1 that undoing removed, and that are one of ?2 (JSON) or have one of the contacts ?3 (JSON).
DELETE FROM undone_profiles
WHERE database_id = ?1
  AND (
      profile IN (SELECT value FROM json_each(?2))
      OR EXISTS (SELECT 1 FROM json_each(?3) AS name WHERE instr(lower(packed), lower(name.value)))
  );

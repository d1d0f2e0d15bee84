-- Profiles of the database ?1 that undoing removed, and that are the one ?2 or have one of the contacts ?3 (JSON).
DELETE FROM undone_profiles
WHERE database_id = ?1
  AND (
      profile = ?2
      OR EXISTS (SELECT 1 FROM json_each(?3) AS name WHERE instr(lower(packed), lower(name.value)))
  );

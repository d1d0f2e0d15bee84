-- Deletes the definition ?1 if it is at the revision ?2.
DELETE FROM definitions
WHERE id = ?1
  AND revision = ?2
RETURNING id;

-- Changes the definition ?1 if it is at the revision ?2, unless another one of its kind and database has the name ?3.
UPDATE definitions
SET revision = revision + 1,
    name = ?3,
    updated_at = max(updated_at, ?4),
    settings = ?5
WHERE id = ?1
  AND revision = ?2
  AND NOT EXISTS (
      SELECT 1
      FROM definitions AS other
      WHERE other.database_id = definitions.database_id
        AND other.noun = definitions.noun
        AND other.name = ?3
        AND other.id <> definitions.id
  )
RETURNING revision;

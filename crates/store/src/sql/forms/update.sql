-- Changes the form ?1 if it is at the revision ?2, unless another one of its database has the name ?3.
UPDATE forms
SET revision = revision + 1,
    name = ?3,
    updated_at = max(updated_at, ?4),
    definition = ?5
WHERE id = ?1
  AND revision = ?2
  AND NOT EXISTS (
      SELECT 1
      FROM forms AS other
      WHERE other.database_id = forms.database_id AND other.name = ?3 AND other.id <> forms.id
  )
RETURNING revision;

-- Other settings; nothing if somebody else has the e-mail.
UPDATE OR IGNORE users
SET email_key = ?2, definition = ?3, updated_at = ?4, revision = revision + 1
WHERE id = ?1
RETURNING revision;

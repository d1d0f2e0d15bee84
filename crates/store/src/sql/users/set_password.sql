-- Another password; an invitation that is open ends with it.
UPDATE users
SET password = ?2, invitation = NULL, invitation_ends = NULL, updated_at = ?3, revision = revision + 1
WHERE id = ?1
RETURNING revision;

-- Passkey ?1 was used at ?4, if its state is still ?2 and it opens its owner's account; gives whose it is.
UPDATE passkeys
SET state = ?3, last_used_at = ?4
WHERE id = ?1
  AND state = ?2
  AND EXISTS (
      SELECT 1
      FROM users
      WHERE users.id = passkeys.user_id
        AND users.password IS NOT NULL
        AND (users.invitation IS NULL OR users.invitation_ends <= ?4)
  )
RETURNING user_id;

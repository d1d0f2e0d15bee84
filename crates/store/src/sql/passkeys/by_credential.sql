-- The passkey with this credential, if it opens its owner's account at ?2: not while an invitation is open.
SELECT passkeys.id, users.handle, passkeys.key, passkeys.state
FROM passkeys
JOIN users ON users.id = passkeys.user_id
WHERE passkeys.credential = ?1
  AND users.password IS NOT NULL
  AND (users.invitation IS NULL OR users.invitation_ends <= ?2);

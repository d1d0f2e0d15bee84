-- A new passkey of user ?1; nothing if somebody has one with this credential, or they have ?7 already.
INSERT INTO passkeys (user_id, credential, name, transports, key, state, created_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?8
WHERE (SELECT count(*) FROM passkeys WHERE user_id = ?1) < ?7
ON CONFLICT (credential) DO NOTHING
RETURNING id;

-- A new user with an invitation; nothing if somebody has the e-mail.
INSERT INTO users (email_key, revision, definition, invitation, invitation_ends, created_at, updated_at, handle)
VALUES (?1, 1, ?2, ?3, ?4, ?5, ?5, randomblob(16))
ON CONFLICT (email_key) DO NOTHING
RETURNING id;

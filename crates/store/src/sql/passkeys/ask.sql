-- Keeps a question to an authenticator.
INSERT INTO passkey_questions (challenge, session_id, state, ends_at) VALUES (?1, ?2, ?3, ?4);

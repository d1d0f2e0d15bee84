-- Takes the question with challenge ?1 of session ?2 (NULL where nobody has signed in) that may be answered at ?3.
DELETE FROM passkey_questions
WHERE challenge = ?1 AND session_id IS ?2 AND ends_at > ?3
RETURNING state;

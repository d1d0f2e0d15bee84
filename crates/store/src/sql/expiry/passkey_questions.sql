-- Forgets questions to authenticators that could be answered until ?1, at most ?2.
DELETE FROM passkey_questions
WHERE challenge IN (
    SELECT challenge FROM passkey_questions INDEXED BY passkey_questions_by_end WHERE ends_at <= ?1 LIMIT ?2 + 0
)
RETURNING 1;

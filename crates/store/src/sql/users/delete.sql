-- Forgets a user.
DELETE FROM users WHERE id = ?1;

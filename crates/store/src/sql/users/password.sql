-- The password of a user.
SELECT password FROM users WHERE id = ?1;

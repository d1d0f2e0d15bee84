-- What authenticators know user ?1 by.
SELECT handle FROM users WHERE id = ?1;

-- The id and the password of the user with this e-mail.
SELECT id, password FROM users WHERE email_key = ?1;

-- What authenticators call the passkeys of user ?1, and how they are reached.
SELECT credential, transports FROM passkeys WHERE user_id = ?1 ORDER BY id;

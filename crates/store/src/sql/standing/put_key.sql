-- Keeps another installation's key ?1 with the secret ?2 (hexadecimal) since ?3, unless a key has this name.
INSERT INTO standing_keys (name, secret, is_own, created_at)
VALUES (?1, unhex(?2), 0, ?3)
ON CONFLICT (name) DO NOTHING
RETURNING id;

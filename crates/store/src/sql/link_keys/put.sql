-- Another key, the newest.
INSERT INTO link_keys (secret, created_at) VALUES (?1, ?2) RETURNING id;

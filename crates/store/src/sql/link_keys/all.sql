-- What links are signed with, the oldest first.
SELECT id, secret FROM link_keys ORDER BY id;

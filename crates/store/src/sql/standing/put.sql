-- How contacts stand ?1, and whose subscriptions say so again ?2 (store::standing), with nothing else beside it.
INSERT INTO profile_tellings (at, deleted, marks, messages, banned, deliveries, standing, touched)
VALUES (0, '[]', '[]', '[]', '[]', '[]', ?1, ?2);

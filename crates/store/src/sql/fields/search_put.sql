-- The search text of profiles that have none: ?1 is [[key, of fields, of contacts, words], …]
-- (migrations/always/search_folds.sql).
INSERT INTO search_texts (texts) VALUES (?1);

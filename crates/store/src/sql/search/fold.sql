-- Takes search text that waits into the index: at most ?2 documents (NULL for all), none
-- where fewer than ?1 wait (migrations/always/search_folds.sql).
INSERT INTO search_folds (least, most) VALUES (?1, ?2);

-- Drops those of the next ?1 words that nobody has (migrations/always/search_folds.sql).
INSERT INTO search_sweeps (most) VALUES (?1);

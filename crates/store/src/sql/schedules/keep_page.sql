-- Keeps a page of a run whole or not at all: migrations/always/source_pages.sql.
INSERT INTO source_pages (run, tries, until, detail, job, begins, bytes, size, about, hashes)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

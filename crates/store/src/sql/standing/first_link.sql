-- From the first link on, instances ask for such. Part of keep_link.sql's transaction.
UPDATE catalogue
SET version = version + 1
WHERE NOT EXISTS (SELECT 1 FROM standing_links);

-- The id of the watcher with this name.
SELECT id FROM watchers WHERE name = ?1;

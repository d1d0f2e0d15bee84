-- Forgets a watcher.
DELETE FROM watchers WHERE id = ?1;

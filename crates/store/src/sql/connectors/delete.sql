-- Forgets a connector.
DELETE FROM connectors WHERE id = ?1;

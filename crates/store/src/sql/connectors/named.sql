-- The id of the connector with this name.
SELECT id FROM connectors WHERE name = ?1;

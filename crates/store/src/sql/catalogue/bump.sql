-- Says that a definition has changed, in the transaction that changes it.
UPDATE catalogue SET version = version + 1 RETURNING version;

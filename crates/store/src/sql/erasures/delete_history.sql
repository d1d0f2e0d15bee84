-- All that is told of the profile ?1, its deletion too.
DELETE FROM history
WHERE profile = ?1;

-- The version of the definitions.
SELECT version FROM catalogue;

-- Relations that are written or end: [[type, a, b, weights as they were, as they are, created, updated], …],
-- without weights where there is none. Most writes have none.
CREATE VIEW relation_writes AS
SELECT NULL AS relations;

CREATE TRIGGER relation_writes_applied INSTEAD OF INSERT ON relation_writes BEGIN
    DELETE FROM relations
    WHERE (type_id, a, b) IN (
        SELECT value ->> 0, value ->> 1, value ->> 2
        FROM json_each(new.relations)
        WHERE value ->> 4 IS NULL
    );

    INSERT INTO relations (type_id, a, b, weights, created_at, updated_at)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 4, value ->> 5, value ->> 6
    FROM json_each(new.relations)
    WHERE value ->> 4 IS NOT NULL
    ON CONFLICT (type_id, a, b) DO UPDATE
    SET weights = excluded.weights,
        updated_at = excluded.updated_at;
END;

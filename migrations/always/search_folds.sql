-- Inserting into this view takes search text that waits into the index: at most `most`
-- documents, and none where fewer than `least` wait. See crates/store/src/search/pending.rs.
CREATE VIEW search_folds AS
SELECT NULL AS least,
       NULL AS most;

CREATE TRIGGER search_folds_applied INSTEAD OF INSERT ON search_folds
WHEN (SELECT count(*) FROM search_pending) >= new.least BEGIN
    DELETE FROM search
    WHERE rowid IN (SELECT -pk FROM (SELECT pk FROM search_pending ORDER BY pk LIMIT new.most));

    INSERT INTO search (rowid, profile, contacts)
    SELECT -pk AS id, profile, contacts
    FROM (SELECT pk, profile, contacts FROM search_pending ORDER BY pk LIMIT new.most)
    ORDER BY id;

    DELETE FROM search_pending
    WHERE pk IN (SELECT pk FROM search_pending ORDER BY pk LIMIT new.most);
END;

-- Inserting into this view takes search text that waits into the index: at most `most`
-- documents, and none where fewer than `least` wait. With `most` NULL all of it, since text of
-- many is about to go. See crates/store/src/search/pending.rs.
CREATE VIEW search_folds AS
SELECT NULL AS least,
       NULL AS most;

CREATE TRIGGER search_folds_applied INSTEAD OF INSERT ON search_folds
WHEN new.most IS NULL OR (SELECT count(*) FROM search_pending) >= new.least BEGIN
    DELETE FROM search
    WHERE rowid IN (SELECT -pk FROM (SELECT pk FROM search_pending ORDER BY pk LIMIT coalesce(new.most, -1)));

    INSERT INTO search (rowid, profile, contacts)
    SELECT -pk AS id, profile, contacts
    FROM (SELECT pk, profile, contacts FROM search_pending ORDER BY pk LIMIT coalesce(new.most, -1))
    ORDER BY id;

    INSERT INTO search_words (word)
    SELECT DISTINCT word.value
    FROM (SELECT words FROM search_pending ORDER BY pk LIMIT coalesce(new.most, -1)) AS waiting,
         json_each(waiting.words) AS word
    WHERE true
    ON CONFLICT DO NOTHING;

    DELETE FROM search_pending
    WHERE pk IN (SELECT pk FROM search_pending ORDER BY pk LIMIT coalesce(new.most, -1));

    UPDATE search_vocabulary
    SET stale = 1
    WHERE stale = 0 AND new.most IS NULL;
END;

-- Inserting into this view writes search text into the index at once:
-- [[key, of fields, of contacts, words], …].
CREATE VIEW search_texts AS
SELECT NULL AS texts;

-- In ascending order, since the index writes itself out when a row comes out of it.
CREATE TRIGGER search_texts_put INSTEAD OF INSERT ON search_texts BEGIN
    INSERT INTO search (rowid, profile, contacts)
    SELECT -(value ->> 0) AS id, value ->> 1, value ->> 2
    FROM json_each(new.texts)
    ORDER BY id;

    INSERT INTO search_words (word)
    SELECT DISTINCT word.value
    FROM json_each(new.texts) AS text,
         json_each(text.value, '$[3]') AS word
    WHERE true
    ON CONFLICT DO NOTHING;
END;

-- The words of the vocabulary, each with whether any text may have it: one that a longer word
-- begins with counts too.
CREATE VIEW search_word_uses AS
SELECT word,
       EXISTS (
           SELECT 1
           FROM search
           WHERE search MATCH (
                     SELECT group_concat('"' || substr(char(1) || search_words.word, place.value, 3) || '"', ' AND ')
                     FROM json_each('[1,2,3,4,5,6,7,8,9,10,11]') AS place
                     WHERE place.value < length(search_words.word)
                 )
       )
       OR EXISTS (
           SELECT 1
           FROM search_pending
           WHERE instr(profile, char(1) || search_words.word)
              OR instr(contacts, char(1) || search_words.word)
       ) AS used
FROM search_words;

-- Inserting into this view looks through the next `most` words of the vocabulary and drops
-- those that no text has. See crates/store/src/search/vocabulary.rs.
CREATE VIEW search_sweeps AS
SELECT NULL AS most;

CREATE TRIGGER search_sweeps_made INSTEAD OF INSERT ON search_sweeps BEGIN
    UPDATE search_vocabulary
    SET stale = 0,
        sweep_from = ''
    WHERE sweep_from IS NULL;

    UPDATE search_vocabulary
    SET sweep_to = (
            SELECT max(word)
            FROM (
                SELECT word
                FROM search_words
                WHERE word > (SELECT sweep_from FROM search_vocabulary)
                ORDER BY word
                LIMIT new.most
            )
        );

    DELETE FROM search_words
    WHERE word IN (
              SELECT word
              FROM search_word_uses
              WHERE word > (SELECT sweep_from FROM search_vocabulary)
                AND word <= (SELECT sweep_to FROM search_vocabulary)
                AND NOT used
          );

    -- None after the last: the sweep is over.
    UPDATE search_vocabulary
    SET sweep_from = sweep_to;
END;

-- The vocabulary: the words that search text has, so that a search knows how words go on
-- that begin as it asks, and that none does. Of each the first twelve letters, folded. It is
-- written when text is taken into the index (always/search_folds.sql). A word that nobody
-- has any more costs a search a look, until a sweep finds it.

CREATE TABLE search_words (
    word TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Words of profiles before the key `unlisted` are not in it yet: those that were there before
-- it. `stale` says that text went since the last sweep began; a sweep goes from word to word.
CREATE TABLE search_vocabulary (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    unlisted INTEGER,
    stale INTEGER NOT NULL CHECK (stale IN (0, 1)),
    sweep_from TEXT,
    sweep_to TEXT
) STRICT;

INSERT INTO search_vocabulary (id, unlisted, stale)
SELECT 1, max(pk) + 1, 0
FROM profiles;

-- The words of the text that waits, as JSON.
ALTER TABLE search_pending ADD COLUMN words TEXT NOT NULL DEFAULT '[]';

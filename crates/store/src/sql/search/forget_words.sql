-- Drops those of the words ?1 (JSON) that nobody has (migrations/always/search_folds.sql).
DELETE FROM search_words
WHERE word IN (
          SELECT word
          FROM json_each(?1) AS gone
          CROSS JOIN search_word_uses ON search_word_uses.word = gone.value
          WHERE NOT used
      );

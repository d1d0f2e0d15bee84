-- Match keys of texts are in the form by which people compare them (see
-- crates/model/src/text). An empty text tells nobody apart. The other keys are
-- made anew by crates/store/src/migrate/rekey.rs: SQL knows no Unicode.

DELETE FROM match_keys WHERE value = '';

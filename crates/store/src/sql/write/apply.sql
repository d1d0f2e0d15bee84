-- All changes of a group of writes, or none of them: migrations/always/profile_writes.sql.
INSERT INTO profile_writes (
    catalogue, at, known, asked, created, updated, deleted, keys_gone, keys_new,
    subscriptions_put, history, search_put, members_gone, members_put, answers, steps,
    marks, messages, banned, deliveries, standing, touched, relations, moves, control
)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
    ?21, ?22, ?23, ?24, ?25);

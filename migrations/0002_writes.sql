-- Answers to requests with an Idempotency-Key, for 24 hours.
CREATE TABLE idempotency (
    key     TEXT    PRIMARY KEY,
    request BLOB    NOT NULL,
    status  INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_by_time ON idempotency (at);

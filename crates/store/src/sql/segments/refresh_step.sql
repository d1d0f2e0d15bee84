-- One step of a segment's refresh, whole or not at all: migrations/always/segment_refreshes.sql.
INSERT INTO segment_refreshes (catalogue, at, segment, entered, gone, steps, messages, actor, interface, refreshed)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

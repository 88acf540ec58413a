-- owner: audit
-- Events are appended in the transaction of the change they tell of; seq is given later by
-- the one sequencer, which also extends the Merkle tree. body is what the tree commits to.

-- +goose Up
CREATE TABLE audit_event (
    id      TEXT PRIMARY KEY,
    at      BIGINT NOT NULL,
    actor   TEXT NOT NULL,
    unit    TEXT NOT NULL,
    verb    TEXT NOT NULL,
    subject TEXT NOT NULL,
    body    BYTEA NOT NULL,
    seq     BIGINT UNIQUE
);
CREATE INDEX audit_event_subject ON audit_event (subject, id);
CREATE INDEX audit_event_waiting ON audit_event (id) WHERE seq IS NULL;

CREATE TABLE audit_hash (
    idx  BIGINT PRIMARY KEY,
    hash BYTEA NOT NULL
);

CREATE TABLE audit_checkpoint (
    size BIGINT PRIMARY KEY,
    at   BIGINT NOT NULL,
    note TEXT NOT NULL
);

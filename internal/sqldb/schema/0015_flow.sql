-- owner: flow
-- What a call with an Idempotency-Key answered, kept in the transaction of its change.

-- +goose Up
CREATE TABLE idempotency (
    user_id TEXT NOT NULL,
    key     TEXT NOT NULL,
    verb    TEXT NOT NULL,
    request TEXT NOT NULL, -- SHA-256 of the call's input
    answer  TEXT NOT NULL, -- JSON
    at      BIGINT NOT NULL,
    PRIMARY KEY (user_id, key)
);

-- owner: refer

-- +goose Up
-- The second, explicit justification for an item on a protected host.
CREATE TABLE justification (
    item_id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    text    TEXT NOT NULL,
    at      BIGINT NOT NULL
);

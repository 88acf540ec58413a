-- owner: action

-- +goose Up
CREATE TABLE action (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    theme      TEXT NOT NULL,
    unit_id    TEXT NOT NULL, -- who leads
    opens_at   BIGINT NOT NULL,
    closes_at  BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE action_unit (
    action_id TEXT NOT NULL REFERENCES action (id),
    unit_id   TEXT NOT NULL,
    PRIMARY KEY (action_id, unit_id)
);
CREATE INDEX action_unit_unit ON action_unit (unit_id, action_id);

CREATE TABLE contribution (
    id        TEXT PRIMARY KEY,
    action_id TEXT NOT NULL REFERENCES action (id),
    unit_id   TEXT NOT NULL,
    user_id   TEXT NOT NULL,
    item_id   TEXT NOT NULL,
    url       TEXT NOT NULL,  -- exactly as it was handed in, refanged
    url_sum   BYTEA NOT NULL, -- its SHA-256: a link may be longer than an index of PostgreSQL takes
    source    TEXT NOT NULL,
    note      TEXT NOT NULL,
    seen_at   BIGINT,         -- when the contributor saw it
    at        BIGINT NOT NULL,
    UNIQUE (action_id, unit_id, url_sum)
);
CREATE INDEX contribution_item ON contribution (item_id, action_id);

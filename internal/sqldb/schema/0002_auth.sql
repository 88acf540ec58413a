-- owner: auth

-- +goose Up
CREATE TABLE unit (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    country    TEXT NOT NULL,
    kind       TEXT NOT NULL, -- authority, flagger, platform, oversight, operator
    created_at BIGINT NOT NULL
);

CREATE TABLE member (
    id          TEXT PRIMARY KEY,
    unit_id     TEXT NOT NULL REFERENCES unit (id),
    name        TEXT NOT NULL,
    email       TEXT NOT NULL UNIQUE,
    platform_id TEXT NOT NULL, -- for a platform contact, else empty
    created_at  BIGINT NOT NULL,
    disabled_at BIGINT
);

CREATE TABLE member_role (
    user_id TEXT NOT NULL REFERENCES member (id),
    role    TEXT NOT NULL,
    PRIMARY KEY (user_id, role)
);

CREATE TABLE token (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES member (id),
    name       TEXT NOT NULL,
    hash       TEXT NOT NULL UNIQUE, -- SHA-256 of the secret, hex
    scopes     TEXT NOT NULL,        -- permissions, space-separated; empty: all that the roles allow
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX token_user ON token (user_id);

-- owner: signin

-- +goose Up
CREATE TABLE password (
    user_id TEXT PRIMARY KEY,
    hash    TEXT NOT NULL, -- argon2id in PHC form
    set_at  BIGINT NOT NULL
);

CREATE TABLE signin_session (
    hash       TEXT PRIMARY KEY, -- SHA-256 of the cookie's secret, hex
    user_id    TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX signin_session_member ON signin_session (user_id);

CREATE TABLE invitation (
    hash       TEXT PRIMARY KEY, -- SHA-256 of the one-time link's secret, hex
    user_id    TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);

CREATE TABLE signin_failure (
    subject TEXT NOT NULL, -- an e-mail address or a network address
    at      BIGINT NOT NULL
);
CREATE INDEX signin_failure_subject ON signin_failure (subject, at);

-- owner: deliver

-- +goose Up
CREATE TABLE delivery (
    id          TEXT PRIMARY KEY,
    referral_id TEXT NOT NULL UNIQUE,
    platform_id TEXT NOT NULL,
    transport   TEXT NOT NULL,
    state       TEXT NOT NULL, -- due, sending, delivered, undeliverable, uncertain
    attempts    BIGINT NOT NULL,
    claim       BIGINT NOT NULL DEFAULT 0, -- how often it was handed to a job; only the newest may send
    next_at     BIGINT,        -- when to try (again); NULL when nothing is left to do
    delivered_at BIGINT,
    receipt     TEXT NOT NULL, -- what the other side said when it took it
    created_at  BIGINT NOT NULL
);
CREATE INDEX delivery_next ON delivery (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE delivery_attempt (
    id          TEXT PRIMARY KEY,
    delivery_id TEXT NOT NULL REFERENCES delivery (id),
    number      BIGINT NOT NULL,
    started_at  BIGINT NOT NULL,
    ended_at    BIGINT,
    outcome     TEXT NOT NULL, -- started, delivered, failed, undeliverable, uncertain, interrupted
    detail      TEXT NOT NULL,
    UNIQUE (delivery_id, number)
);

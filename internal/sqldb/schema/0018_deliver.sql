-- owner: deliver
-- A delivery is of anything that is handed over: a referral, a removal order and its copy, a
-- notice. The tables are made anew, because a uniqueness cannot be taken off a column.

-- +goose Up
CREATE TABLE delivery_of_any (
    id           TEXT PRIMARY KEY,
    subject_id   TEXT NOT NULL, -- the referral, order or notice that is handed over
    kind         TEXT NOT NULL, -- what of it: referral, order, copy, information …
    platform_id  TEXT NOT NULL, -- empty for what goes to an authority
    address      TEXT NOT NULL, -- of mail, where it is not the platform's contact point
    transport    TEXT NOT NULL,
    state        TEXT NOT NULL, -- due, sending, delivered, undeliverable, uncertain
    attempts     BIGINT NOT NULL,
    claim        BIGINT NOT NULL DEFAULT 0, -- how often it was handed to a job; only the newest may send
    next_at      BIGINT,        -- when to try (again); NULL when nothing is left to do
    delivered_at BIGINT,
    receipt      TEXT NOT NULL, -- what the other side said when it took it
    created_at   BIGINT NOT NULL,
    UNIQUE (subject_id, kind)
);
INSERT INTO delivery_of_any (id, subject_id, kind, platform_id, address, transport, state, attempts, claim, next_at, delivered_at, receipt, created_at)
    SELECT id, referral_id, 'referral', platform_id, '', transport, state, attempts, claim, next_at, delivered_at, receipt, created_at FROM delivery;

CREATE TABLE delivery_attempt_of_any (
    id          TEXT PRIMARY KEY,
    delivery_id TEXT NOT NULL REFERENCES delivery_of_any (id),
    number      BIGINT NOT NULL,
    started_at  BIGINT NOT NULL,
    ended_at    BIGINT,
    outcome     TEXT NOT NULL, -- started, delivered, failed, undeliverable, uncertain, interrupted
    detail      TEXT NOT NULL,
    UNIQUE (delivery_id, number)
);
INSERT INTO delivery_attempt_of_any (id, delivery_id, number, started_at, ended_at, outcome, detail)
    SELECT id, delivery_id, number, started_at, ended_at, outcome, detail FROM delivery_attempt;

DROP TABLE delivery_attempt;
DROP TABLE delivery;
ALTER TABLE delivery_of_any RENAME TO delivery;
ALTER TABLE delivery_attempt_of_any RENAME TO delivery_attempt;
CREATE INDEX delivery_next ON delivery (next_at) WHERE next_at IS NOT NULL;

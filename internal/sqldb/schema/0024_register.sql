-- owner: register

-- +goose Up
CREATE TABLE authority (
    id                TEXT PRIMARY KEY,
    name              TEXT NOT NULL,
    member_state      TEXT NOT NULL, -- ISO 3166-1
    roles             TEXT NOT NULL, -- issue, scrutinise, supervise, penalise, space-separated
    address           TEXT NOT NULL,
    email             TEXT NOT NULL, -- contact point of Article 12(2)
    telephone         TEXT NOT NULL,
    domains           TEXT NOT NULL, -- that its mail and webhooks come from, space-separated
    webhook_keys      TEXT NOT NULL, -- whpk_ and base64, space-separated
    dkim_domains      TEXT NOT NULL, -- d= of its signatures, space-separated
    languages         TEXT NOT NULL, -- that it reads, BCP 47, space-separated
    redress_body      TEXT NOT NULL, -- Annex I, section G
    redress_deadline  TEXT NOT NULL,
    redress_provisions TEXT NOT NULL,
    made_up           BOOLEAN NOT NULL, -- of an example: no such authority exists
    edition           TEXT NOT NULL, -- of the register that it was read from
    verified_at       BIGINT,        -- when somebody made sure of the contact and the keys
    verified_by       TEXT NOT NULL,
    changed_at        BIGINT NOT NULL,
    UNIQUE (member_state, name)
);

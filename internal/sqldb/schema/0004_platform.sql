-- owner: platform

-- +goose Up
CREATE TABLE platform (
    id             TEXT PRIMARY KEY,
    name           TEXT NOT NULL UNIQUE,
    country        TEXT NOT NULL, -- member state of the main establishment or legal representative
    language       TEXT NOT NULL, -- of what is sent to it
    transport      TEXT NOT NULL, -- smtp, webhook
    contact_email  TEXT NOT NULL,
    webhook_url    TEXT NOT NULL,
    webhook_secret TEXT NOT NULL,
    rules          TEXT NOT NULL, -- link.Rules as JSON
    verified_at    BIGINT,        -- when somebody made sure of the contact point
    verified_by    TEXT NOT NULL,
    created_at     BIGINT NOT NULL
);

CREATE TABLE platform_host (
    host        TEXT PRIMARY KEY,
    platform_id TEXT NOT NULL REFERENCES platform (id)
);

CREATE TABLE protected_host (
    host     TEXT PRIMARY KEY, -- with all below it
    reason   TEXT NOT NULL,    -- news, library, archive, university, parliament, court
    added_at BIGINT NOT NULL
);

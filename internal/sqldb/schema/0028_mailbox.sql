-- owner: correspondence

-- +goose Up
-- Mail that came in. Its bytes, and its attachments, lie in the store of files.
CREATE TABLE inbound_mail (
    id          TEXT PRIMARY KEY,
    message_id  TEXT NOT NULL, -- that the mail gives itself
    envelope    TEXT NOT NULL, -- MAIL FROM; empty: the null sender
    recipient   TEXT NOT NULL, -- RCPT TO, space-separated
    peer        TEXT NOT NULL, -- address of the computer that brought it
    encrypted   BOOLEAN NOT NULL,
    sender      TEXT NOT NULL, -- that From claims
    sender_name TEXT NOT NULL,
    subject     TEXT NOT NULL,
    text        TEXT NOT NULL, -- what its author wrote, as far as a page shows it
    quoted      TEXT NOT NULL,
    sent_at     BIGINT,
    received_at BIGINT NOT NULL,
    raw         TEXT NOT NULL, -- SHA-256 of the bytes as they came
    size        BIGINT NOT NULL,
    proven      TEXT NOT NULL, -- domain whose DKIM signature shows where it comes from; empty: none does
    signature   TEXT NOT NULL, -- digest of that signature, by which a replay is known
    signatures  TEXT NOT NULL, -- JSON: all of them, with why they did not verify
    auto        TEXT NOT NULL, -- why it is taken for what no person wrote
    bounce      TEXT NOT NULL, -- JSON: which mail of ours did not arrive
    faults      TEXT NOT NULL, -- JSON: what of it could not be read
    platform_id TEXT NOT NULL, -- of what it is about; empty: not known
    delivery_id TEXT NOT NULL,
    subject_id  TEXT NOT NULL, -- the referral, order or notice
    matched_by  TEXT NOT NULL, -- reply, address, reference, attachment; empty: it is not known what it is about
    state       TEXT NOT NULL, -- new, waiting, answered, bounce, repeat, loop, aside
    outcome     TEXT NOT NULL, -- what became of it, for people
    read_by     TEXT NOT NULL, -- who read it in or set it aside
    settled_at  BIGINT
);
CREATE INDEX inbound_mail_state ON inbound_mail (state, id);
CREATE INDEX inbound_mail_message ON inbound_mail (message_id);
CREATE INDEX inbound_mail_signature ON inbound_mail (signature);
CREATE INDEX inbound_mail_sender ON inbound_mail (sender, received_at);
CREATE INDEX inbound_mail_subject ON inbound_mail (subject_id, id);

CREATE TABLE inbound_attachment (
    mail_id TEXT NOT NULL REFERENCES inbound_mail (id),
    place   BIGINT NOT NULL,
    name    TEXT NOT NULL,
    type    TEXT NOT NULL, -- media type that the mail claims
    size    BIGINT NOT NULL,
    sha256  TEXT NOT NULL,
    PRIMARY KEY (mail_id, place)
);

-- Signed messages that came in by webhook: each has its effect once, and the same again is
-- answered the same.
CREATE TABLE inbound_message (
    platform_id TEXT NOT NULL,
    message_id  TEXT NOT NULL, -- Webhook-Id
    digest      TEXT NOT NULL, -- SHA-256 of the body
    subject_id  TEXT NOT NULL,
    answer      TEXT NOT NULL, -- what was answered, JSON; empty while it is worked on
    started_at  BIGINT NOT NULL,
    PRIMARY KEY (platform_id, message_id)
);

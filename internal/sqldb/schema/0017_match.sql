-- owner: match
-- An entry has a number besides its identifier: the bank's slot in the upper 32 bits, its
-- place in the bank in the lower. Memory holds numbers, and exchanges call them content ids.
-- Whatever changes an entry (adding, retracting, taking back) gives it the bank's next batch,
-- so who has seen all up to one batch misses no change by asking for the higher ones.

-- +goose Up
ALTER TABLE bank ADD COLUMN slot BIGINT NOT NULL DEFAULT 0;
ALTER TABLE bank ADD COLUMN counted BIGINT NOT NULL DEFAULT 0;     -- entries numbered so far
ALTER TABLE bank ADD COLUMN retracted BIGINT NOT NULL DEFAULT 0;   -- of them, those that are retracted
ALTER TABLE bank ADD COLUMN share BIGINT NOT NULL DEFAULT 1000000; -- of the lookups from outside that may match, in millionths
ALTER TABLE bank ADD COLUMN own BOOLEAN NOT NULL DEFAULT FALSE;    -- holds what the unit itself confirmed, and fills by itself
ALTER TABLE bank ADD COLUMN shared BOOLEAN NOT NULL DEFAULT FALSE; -- other units may take its entries away
UPDATE bank SET slot = (SELECT COUNT(*) FROM bank b WHERE b.id <= bank.id);
CREATE UNIQUE INDEX bank_slot ON bank (slot);
CREATE UNIQUE INDEX bank_own ON bank (unit_id) WHERE own;

ALTER TABLE bank_entry ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
ALTER TABLE bank_entry ADD COLUMN labels TEXT NOT NULL DEFAULT '';  -- words, a space between two
ALTER TABLE bank_entry ADD COLUMN expires_at BIGINT;                -- when it is retracted by itself
ALTER TABLE bank_entry ADD COLUMN cause TEXT NOT NULL DEFAULT '';   -- of its retraction: person, expiry, source, reversal; what it was decides what brings it back
ALTER TABLE bank_entry ADD COLUMN why TEXT NOT NULL DEFAULT '';     -- reason for its retraction, in words
ALTER TABLE bank_entry ADD COLUMN subscription_id TEXT NOT NULL DEFAULT ''; -- from which it was taken, if from any
UPDATE bank_entry SET number = (SELECT b.slot FROM bank b WHERE b.id = bank_entry.bank_id) * 4294967296 + r.n
    FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY bank_id ORDER BY id) AS n FROM bank_entry) AS r WHERE r.id = bank_entry.id;
UPDATE bank_entry SET cause = 'person' WHERE retracted_at IS NOT NULL;
UPDATE bank SET counted = (SELECT COUNT(*) FROM bank_entry e WHERE e.bank_id = bank.id),
    retracted = (SELECT COUNT(*) FROM bank_entry e WHERE e.bank_id = bank.id AND e.retracted_at IS NOT NULL);
CREATE UNIQUE INDEX bank_entry_number ON bank_entry (number);
CREATE INDEX bank_entry_expires ON bank_entry (expires_at) WHERE expires_at IS NOT NULL AND retracted_at IS NULL;

-- Which items put an entry into a unit's own bank. It stays while one of them stands.
CREATE TABLE bank_source (
    entry_id TEXT NOT NULL,
    item_id  TEXT NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (entry_id, item_id)
);
CREATE INDEX bank_source_item ON bank_source (item_id);

-- Confirmed items that enter an own bank a little later, many at once.
CREATE TABLE bank_waiting (
    item_id TEXT PRIMARY KEY,
    at      BIGINT NOT NULL
);
CREATE INDEX bank_waiting_at ON bank_waiting (at);

-- Where a bank's entries are taken from again and again.
CREATE TABLE subscription (
    id         TEXT PRIMARY KEY,
    bank_id    TEXT NOT NULL REFERENCES bank (id),
    form       TEXT NOT NULL, -- argine, csv, jsonl, hash-list (TAT hash list v2)
    url        TEXT NOT NULL,
    secret     TEXT NOT NULL, -- bearer token, or user:password for hash-list; empty for none
    every      BIGINT NOT NULL, -- microseconds between two fetches
    checkpoint TEXT NOT NULL, -- of a source that tells only what changed since: up to where it was taken in
    fault      TEXT NOT NULL, -- why the newest fetch failed
    fetched_at BIGINT,
    next_at    BIGINT -- when it is fetched next; NULL while a job has it or a draft waits
);
CREATE INDEX subscription_due ON subscription (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX subscription_bank ON subscription (bank_id);

-- What a fetch would change, before a person takes it in.
CREATE TABLE draft (
    id              TEXT PRIMARY KEY,
    bank_id         TEXT NOT NULL REFERENCES bank (id),
    subscription_id TEXT NOT NULL,
    state           TEXT NOT NULL, -- open, taking, taken, discarded
    changes         TEXT NOT NULL, -- SHA-256 of the blob with what would change, as JSON lines
    consequences    TEXT NOT NULL, -- JSON
    checkpoint      TEXT NOT NULL, -- of the subscription, once this is taken
    done            BIGINT NOT NULL, -- lines of the blob that are taken in
    at              BIGINT NOT NULL,
    decided_by      TEXT NOT NULL,
    decided_at      BIGINT
);
CREATE INDEX draft_bank ON draft (bank_id, state);
CREATE UNIQUE INDEX draft_open ON draft (subscription_id) WHERE state = 'open' OR state = 'taking';

ALTER TABLE match ADD COLUMN own BOOLEAN NOT NULL DEFAULT FALSE; -- the bank is filled by confirmed items; such matches are counted apart
ALTER TABLE match ADD COLUMN share BIGINT NOT NULL DEFAULT 0;    -- of the entry that is found in the medium, in millionths: videos, sounds, texts
CREATE INDEX match_bank ON match (bank_id, distance);
CREATE INDEX match_sha256 ON match (sha256);
ALTER TABLE reupload ADD COLUMN kind TEXT NOT NULL DEFAULT '';   -- the fingerprint that ties them: sha256, pdq, vpdq, sound, text

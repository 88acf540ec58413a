-- owner: media

-- +goose Up
ALTER TABLE medium ADD COLUMN sha1 TEXT NOT NULL DEFAULT '';   -- as exchanges of hashes ask for
ALTER TABLE medium ADD COLUMN sha512 TEXT NOT NULL DEFAULT ''; -- likewise
ALTER TABLE medium ADD COLUMN duration BIGINT NOT NULL DEFAULT 0; -- milliseconds, of a film or sound
ALTER TABLE medium ADD COLUMN video TEXT NOT NULL DEFAULT '';  -- SHA-256 of the blob with its vPDQ features, as vpdq.Format writes them
ALTER TABLE medium ADD COLUMN sound TEXT NOT NULL DEFAULT '';  -- SHA-256 of the blob with its sound fingerprint, as sound.Format writes it
CREATE INDEX medium_sha1 ON medium (sha1) WHERE sha1 <> '';
CREATE INDEX medium_sha512 ON medium (sha512) WHERE sha512 <> '';
CREATE INDEX medium_video ON medium (at) WHERE video <> ''; -- for who follows what is new
CREATE INDEX medium_sound ON medium (at) WHERE sound <> '';

ALTER TABLE item_text ADD COLUMN text TEXT NOT NULL DEFAULT '';    -- SHA-256 of the blob with the text as it was read
ALTER TABLE item_text ADD COLUMN minhash TEXT NOT NULL DEFAULT ''; -- base64 of the signature for near duplicates; empty where the text is too short
ALTER TABLE item_text ADD COLUMN tlsh TEXT NOT NULL DEFAULT '';    -- interchange digest; empty where the text is too short
ALTER TABLE item_text ADD COLUMN medium TEXT NOT NULL DEFAULT '';  -- SHA-256 of the document that it stands in; of the page's own text, empty
CREATE INDEX item_text_at ON item_text (at);

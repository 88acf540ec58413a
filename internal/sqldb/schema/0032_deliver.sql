-- owner: deliver

-- +goose Up
-- What the platform said of itself after it had it, beside the receipt of the transport.
ALTER TABLE delivery ADD COLUMN confirmed_at BIGINT;
ALTER TABLE delivery ADD COLUMN confirmation TEXT NOT NULL DEFAULT '';
CREATE INDEX delivery_platform ON delivery (platform_id, id);
-- A mail that was taken and came back.
ALTER TABLE delivery ADD COLUMN bounced_at BIGINT;

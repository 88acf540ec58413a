-- owner: deliver

-- +goose Up
-- How the program that took a webhook signed its answer, with what the signature is over and
-- whether it was made with the shared secret. Empty: it did not sign.
ALTER TABLE delivery ADD COLUMN receipt_signature TEXT NOT NULL DEFAULT '';

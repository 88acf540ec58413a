-- owner: action

-- +goose Up
ALTER TABLE action ADD COLUMN blind   BOOLEAN NOT NULL DEFAULT FALSE; -- who assesses sees nothing of those who did before
ALTER TABLE action ADD COLUMN silence BIGINT NOT NULL DEFAULT 0;      -- microseconds after which an unanswered question of deconfliction counts as free

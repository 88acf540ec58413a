package deliver

import (
	"crypto/ed25519"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/problem"
)

// HookKey reads the key that signs webhooks from its file, and makes it where there is none
// yet. It is what a receiver knows this Argine by: who loses the file has to make the new
// public key known to the register of competent authorities.
func HookKey(path string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if err == nil {
		key, err := client.ParseWebhookPrivate(strings.TrimSpace(string(text)))
		if err != nil {
			return nil, problem.Wrap(err, problem.Invalid, "%s holds no key; restore it from a copy, or remove it and make the new public key known", path)
		}
		return key, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, problem.Wrap(err, problem.Unavailable, "%s cannot be read; check its permissions", path)
	}
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, err
	}
	return key, keepKey(path, []byte(client.WebhookPrivate(key)+"\n"))
}

// keepKey writes a file that must be there whole or not at all.
func keepKey(path string, text []byte) error {
	part := path + ".part"
	err := os.WriteFile(part, text, 0o600)
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		return problem.Wrap(err, problem.Unavailable, "%s cannot be written; check the permissions of the data directory", path)
	}
	return nil
}

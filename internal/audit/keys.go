package audit

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/argine/argine/internal/problem"
)

// origin is the first line of every checkpoint and the name of the key that signs it.
const origin = "argine-audit"

type keys struct {
	signer   note.Signer
	verifier note.Verifier
}

// loadKeys reads the key pair of dir; with create, it makes one where there is none.
func loadKeys(dir string, create bool) (keys, error) {
	secret, err := os.ReadFile(filepath.Join(dir, "audit.key"))
	if errors.Is(err, fs.ErrNotExist) && create {
		if err := makeKeys(dir); err != nil {
			return keys{}, err
		}
		secret, err = os.ReadFile(filepath.Join(dir, "audit.key"))
	}
	if err != nil {
		return keys{}, problem.Wrap(err, problem.NotFound, "the audit key %s cannot be read; is this Argine's data directory?", filepath.Join(dir, "audit.key"))
	}
	public, err := os.ReadFile(filepath.Join(dir, "audit.pub"))
	if err != nil {
		return keys{}, problem.Wrap(err, problem.NotFound, "the audit log's public key %s cannot be read", filepath.Join(dir, "audit.pub"))
	}
	var k keys
	if k.signer, err = note.NewSigner(strings.TrimSpace(string(secret))); err != nil {
		return keys{}, problem.Wrap(err, problem.Invalid, "audit.key in %s is damaged; restore it from a backup", dir)
	}
	if k.verifier, err = note.NewVerifier(strings.TrimSpace(string(public))); err != nil {
		return keys{}, problem.Wrap(err, problem.Invalid, "audit.pub in %s is damaged; restore it from a backup", dir)
	}
	return k, nil
}

// makeKeys writes the public half first: a secret without its public half would be read as a damaged pair.
func makeKeys(dir string) error {
	secret, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "audit.pub"), []byte(public+"\n"), 0o644); err != nil {
		return err
	}
	tmp := filepath.Join(dir, "audit.key.new")
	if err := os.WriteFile(tmp, []byte(secret+"\n"), 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(dir, "audit.key"))
}

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

// loadKeys reads the key pair of dir and makes it where there is none.
func loadKeys(dir string) (k keys, err error) {
	path := filepath.Join(dir, "audit.key")
	secret, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeKeys(dir); err != nil {
			return k, err
		}
		secret, err = os.ReadFile(path)
	}
	if err != nil {
		return k, problem.Wrap(err, problem.NotFound, "the audit key %s cannot be read; restore it from a backup", path)
	}
	if k.signer, err = note.NewSigner(strings.TrimSpace(string(secret))); err != nil {
		return k, problem.Wrap(err, problem.Invalid, "audit.key in %s is damaged; restore it from a backup", dir)
	}
	k.verifier, err = loadVerifier(dir)
	return k, err
}

// loadVerifier reads the public half, which is all that a verification needs.
func loadVerifier(dir string) (note.Verifier, error) {
	path := filepath.Join(dir, "audit.pub")
	public, err := os.ReadFile(path)
	if err != nil {
		return nil, problem.Wrap(err, problem.NotFound, "the audit log's public key %s cannot be read; is this Argine's data directory?", path)
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(public)))
	if err != nil {
		return nil, problem.Wrap(err, problem.Invalid, "audit.pub in %s is damaged; restore it from a backup", dir)
	}
	return verifier, nil
}

// makeKeys writes the public half first, and never over one that is there: with it goes the
// only means to check what its lost secret half has signed.
func makeKeys(dir string) error {
	secret, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "audit.pub")
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return problem.Wrap(err, problem.NotFound, "audit.key is missing in %s though audit.pub is there; restore it from a backup", dir)
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString(public + "\n")
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	tmp := filepath.Join(dir, "audit.key.new")
	if err := os.WriteFile(tmp, []byte(secret+"\n"), 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(dir, "audit.key"))
}

// Package vault keeps what was removed, and the data that belongs to it, for six months, and
// then erases it: Article 6 of Regulation (EU) 2021/784.
//
// Each file is sealed (age, age-encryption.org/v1) for the key of the data directory before
// anything of it touches the disk, so that neither a lost disk nor a look around on the server
// shows it. It is opened for the two purposes of Article 6(1) alone, and each opening is noted,
// with its reason, before the first byte is given.
package vault

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
)

// Vault is the directory of sealed files. Safe for use by many goroutines.
type Vault struct {
	dir string
	key *age.X25519Identity
}

const sealed, part = ".age", ".part"

// Open opens the vault of a data directory, and makes it and its key where there is none.
func Open(data string) (*Vault, error) {
	v := &Vault{dir: filepath.Join(data, "vault")}
	if err := os.MkdirAll(v.dir, 0o700); err != nil {
		return nil, problem.Wrap(err, problem.Unavailable, "the vault %s cannot be made; check the permissions of the data directory", v.dir)
	}
	var err error
	if v.key, err = key(filepath.Join(data, "vault.key")); err != nil {
		return nil, err
	}
	return v, v.clear()
}

// key reads the key of the vault, or makes it. Who loses it loses what is kept.
func key(path string) (*age.X25519Identity, error) {
	text, err := os.ReadFile(path)
	if err == nil {
		k, err := age.ParseX25519Identity(strings.TrimSpace(string(text)))
		if err != nil {
			return nil, problem.Wrap(err, problem.Invalid, "%s holds no key; restore it from a copy: without it nothing in the vault can be read", path)
		}
		return k, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, problem.Wrap(err, problem.Unavailable, "%s cannot be read; check its permissions", path)
	}
	k, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(path+part, []byte(k.String()+"\n"), 0o600); err != nil {
		return nil, problem.Wrap(err, problem.Unavailable, "%s cannot be written; check the permissions of the data directory", path)
	}
	return k, os.Rename(path+part, path)
}

// Scratch is a directory for what is not sealed yet; a new start removes what was left in it.
func (v *Vault) Scratch() string { return v.dir }

// unsealed are the beginnings of what others lay down in the directory before it is sealed: of
// the directories of a service's command, and of files that are fingerprinted.
var unsealed = []string{"keep-", "look-"}

// clear removes what a process left that died while it sealed, or before.
func (v *Vault) clear() error {
	entries, err := os.ReadDir(v.dir)
	if err != nil {
		return problem.Wrap(err, problem.Unavailable, "the vault cannot be read; check its permissions")
	}
	for _, e := range entries {
		left := strings.HasSuffix(e.Name(), part)
		for _, beginning := range unsealed {
			left = left || strings.HasPrefix(e.Name(), beginning)
		}
		if left {
			os.RemoveAll(filepath.Join(v.dir, e.Name()))
		}
	}
	return nil
}

func (v *Vault) path(k id.Kept) string { return filepath.Join(v.dir, string(k)+sealed) }

// Seal reads a file to its end and keeps it sealed. It returns the size and the SHA-256 of the
// open bytes.
func (v *Vault) Seal(ctx context.Context, k id.Kept, r io.Reader) (size int64, sum string, err error) {
	name := v.path(k) + part
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, "", problem.Wrap(err, problem.Unavailable, "the vault cannot be written; check the disk and the permissions")
	}
	defer func() {
		f.Close()
		if err != nil {
			os.Remove(name)
		}
	}()
	w, err := age.Encrypt(f, v.key.Recipient())
	if err != nil {
		return 0, "", err
	}
	hash := sha256.New()
	if size, err = io.Copy(io.MultiWriter(w, hash), reader{ctx, r}); err != nil {
		return size, "", err
	}
	if err = errors.Join(w.Close(), f.Sync(), f.Close()); err != nil {
		return size, "", err
	}
	if err = os.Rename(name, v.path(k)); err != nil {
		return size, "", err
	}
	return size, hex.EncodeToString(hash.Sum(nil)), v.sync()
}

// Read opens a file. Whoever calls it has noted the access before.
func (v *Vault) Read(k id.Kept) (io.ReadCloser, error) {
	f, err := os.Open(v.path(k))
	if err != nil {
		return nil, problem.Wrap(err, problem.NotFound, "this file is not in the vault any more")
	}
	r, err := age.Decrypt(f, v.key)
	if err != nil {
		f.Close()
		return nil, problem.Wrap(err, problem.Tampered, "this file of the vault is damaged, or the key is another")
	}
	return opened{r, f}, nil
}

type opened struct {
	io.Reader
	io.Closer
}

// Remove erases a file; that there is none is no error.
func (v *Vault) Remove(k id.Kept) error {
	for _, path := range []string{v.path(k), v.path(k) + part} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return problem.Wrap(err, problem.Unavailable, "a file of the vault cannot be erased; check its permissions")
		}
	}
	return v.sync()
}

// Held are the files that lie in the vault.
func (v *Vault) Held() (list []id.Kept, err error) {
	entries, err := os.ReadDir(v.dir)
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), sealed); ok {
			list = append(list, id.Kept(name))
		}
	}
	return list, err
}

func (v *Vault) sync() error {
	d, err := os.Open(v.dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// reader stops when the context ends.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

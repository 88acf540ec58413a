package deliver

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"encoding/hex"
	"io"
	"mime"
	"os"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"github.com/argine/argine/internal/problem"
)

// PGPKey reads our own OpenPGP key, with which mails are signed: one private key, armored and
// without a passphrase, since nobody is there to type it.
func PGPKey(path string) (*openpgp.Entity, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, problem.Wrap(err, problem.Unavailable, "the OpenPGP key %s cannot be read; see smtp.pgp_key", path)
	}
	ring, err := openpgp.ReadArmoredKeyRing(bytes.NewReader(text))
	if err != nil || len(ring) != 1 || ring[0].PrivateKey == nil || ring[0].PrivateKey.Encrypted {
		return nil, problem.Wrap(err, problem.Invalid, "%s is not one private OpenPGP key, armored and without a passphrase, as gpg --armor --export-secret-keys writes it", path)
	}
	return ring[0], nil
}

// PGPPublic is the public half of a key, armored.
func PGPPublic(key *openpgp.Entity) string {
	var b bytes.Buffer
	w, err := armor.Encode(&b, openpgp.PublicKeyType, nil)
	if err == nil {
		err = key.Serialize(w)
	}
	if err != nil || w.Close() != nil {
		return ""
	}
	return b.String()
}

// strong asks for SHA-256; the library's default is as good, and this is what is told in micalg.
var strong = &packet.Config{DefaultHash: crypto.SHA256}

// pgp wraps a mail as RFC 3156 says: encrypted to the platform's key, signed with ours, or
// both. What is encrypted includes the subject; outside stands the reference alone.
func (cfg Mail) pgp(raw []byte, l Letter) ([]byte, error) {
	head, inner := parted(raw)
	boundary := newBoundary()
	var b bytes.Buffer
	if l.PGPKey == "" {
		signature, err := detached(cfg.PGP, inner)
		if err != nil {
			return nil, err
		}
		b.WriteString(head)
		b.WriteString(`Content-Type: multipart/signed; micalg=pgp-sha256; protocol="application/pgp-signature"; boundary="` + boundary + "\"\r\n\r\n")
		writeParts(&b, boundary, inner, []byte("Content-Type: application/pgp-signature; name=signature.asc\r\n\r\n"+signature))
		return b.Bytes(), nil
	}
	sealed, err := cfg.seal(l.PGPKey, protected(head, inner))
	if err != nil {
		return nil, err
	}
	b.WriteString(replaced(head, "Subject", l.Reference))
	b.WriteString(`Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="` + boundary + "\"\r\n\r\n")
	writeParts(&b, boundary, []byte("Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"),
		[]byte("Content-Type: application/octet-stream; name=encrypted.asc\r\nContent-Disposition: inline; filename=encrypted.asc\r\n\r\n"+sealed))
	return b.Bytes(), nil
}

// parted takes a mail apart: its head without what is about its content, and the content with
// that, as a part of its own.
func parted(raw []byte) (head string, inner []byte) {
	fields, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	var outside, inside strings.Builder
	to := &outside
	for line := range strings.Lines(string(fields) + "\r\n") {
		if line[0] != ' ' && line[0] != '\t' {
			to = &outside
			if strings.HasPrefix(strings.ToLower(line), "content-") && !strings.HasPrefix(strings.ToLower(line), "content-language") {
				to = &inside
			}
		}
		to.WriteString(line)
	}
	return outside.String(), append([]byte(inside.String()+"\r\n"), body...)
}

// protected puts the subject into what is encrypted, where mail readers look for it.
func protected(head string, inner []byte) []byte {
	var subject strings.Builder
	taking := false
	for line := range strings.Lines(head) {
		if line[0] != ' ' && line[0] != '\t' {
			taking = strings.HasPrefix(strings.ToLower(line), "subject:")
		}
		if taking {
			subject.WriteString(line)
		}
	}
	fields, body, _ := bytes.Cut(inner, []byte("\r\n\r\n"))
	kind := string(fields)
	if at := strings.Index(strings.ToLower(kind), "content-type:"); at >= 0 {
		end := at + len("content-type:")
		for end < len(kind) && kind[end] != ';' && kind[end] != '\r' {
			end++
		}
		kind = kind[:end] + `; protected-headers="v1"` + kind[end:]
	}
	return []byte(subject.String() + kind + "\r\n\r\n" + string(body))
}

// replaced gives a header field another value.
func replaced(head, name, value string) string {
	var b strings.Builder
	skip := false
	for line := range strings.Lines(head) {
		if line[0] != ' ' && line[0] != '\t' {
			skip = strings.HasPrefix(strings.ToLower(line), strings.ToLower(name)+":")
			if skip {
				b.WriteString(name + ": " + mime.QEncoding.Encode("utf-8", value) + "\r\n")
			}
		}
		if !skip {
			b.WriteString(line)
		}
	}
	return b.String()
}

func (cfg Mail) seal(armored string, text []byte) (string, error) {
	ring, err := openpgp.ReadArmoredKeyRing(strings.NewReader(armored))
	if err != nil || len(ring) == 0 {
		return "", problem.Wrap(err, problem.Invalid, "the platform's OpenPGP key cannot be read; set it again")
	}
	var b bytes.Buffer
	w, err := armor.Encode(&b, "PGP MESSAGE", nil)
	if err != nil {
		return "", err
	}
	plain, err := openpgp.Encrypt(w, ring, cfg.PGP, nil, strong)
	if err != nil {
		return "", problem.Wrap(err, problem.Invalid, "the mail cannot be encrypted to the platform's OpenPGP key: %v; ask the platform for a key that is in force, and set it", err)
	}
	if _, err := plain.Write(text); err != nil {
		return "", err
	}
	for _, c := range []io.Closer{plain, w} {
		if err := c.Close(); err != nil {
			return "", err
		}
	}
	return string(crlf(append(b.Bytes(), '\n'))), nil
}

func detached(key *openpgp.Entity, text []byte) (string, error) {
	var b bytes.Buffer
	if err := openpgp.ArmoredDetachSign(&b, key, bytes.NewReader(text), strong); err != nil {
		return "", problem.Wrap(err, problem.Invalid, "the mail cannot be signed with our OpenPGP key: %v; see smtp.pgp_key", err)
	}
	return string(crlf(append(b.Bytes(), '\n'))), nil
}

func newBoundary() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// writeParts writes the parts of a multipart. The line ending before a boundary belongs to the
// boundary, so that what was signed stands there byte for byte.
func writeParts(b *bytes.Buffer, boundary string, parts ...[]byte) {
	for _, p := range parts {
		b.WriteString("--" + boundary + "\r\n")
		b.Write(p)
		b.WriteString("\r\n")
	}
	b.WriteString("--" + boundary + "--\r\n")
}

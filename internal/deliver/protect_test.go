package deliver

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/tls"
	"encoding/pem"
	"io"
	"mime"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"

	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/mailbox"
	"github.com/argine/argine/internal/problem"
)

// sent gives the mail as a real server got it.
func sent(t *testing.T, change func(*Mail), l Letter) []byte {
	t.Helper()
	var s mailServer
	s.serve(t, nil, false)
	cfg := s.config()
	change(&cfg)
	if r := SendMail(t.Context(), door(t, fetch.Config{}), cfg, "trust@clips.example", l); r.Outcome != Sent {
		t.Fatalf("%+v", r)
	}
	return s.took[0].data
}

// read takes a mail apart with our own mailbox, that knows the TXT records it is given.
func read(t *testing.T, raw []byte, records map[string]string) (m mailbox.Mail) {
	t.Helper()
	cfg := mailbox.Config{Dir: t.TempDir(), Domains: []string{"clips.example"}, Resolver: func(_ context.Context, name string) ([]string, error) {
		if text, ok := records[name]; ok {
			return []string{text}, nil
		}
		return nil, os.ErrNotExist
	}}
	if err := mailbox.Read(t.Context(), cfg, bytes.NewReader(raw), func(_ context.Context, got mailbox.Mail) error { m = got; return nil }); err != nil {
		t.Fatal(err)
	}
	return m
}

// What we sign, the other side's verifier (which is our own for what comes in) finds to be ours.
func TestMailIsSignedByItsDomain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dkim.key")
	key, err := DKIMKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := DKIMKey(path); err != nil || !again.Public().(*rsa.PublicKey).Equal(key.Public()) {
		t.Errorf("read again: %v", err)
	}
	_, small, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range map[string]*DKIM{"rsa": {"unit.example", "argine", key}, "ed25519": {"unit.example", "ed", small}} {
		record, text, err := d.Record()
		if err != nil || record != d.Selector+"._domainkey.unit.example" {
			t.Fatal(record, err)
		}
		for _, lang := range []string{"en", "el", "pl"} {
			raw := sent(t, func(m *Mail) { m.DKIM = d }, compose(t, content(lang, 3)))
			m := read(t, raw, map[string]string{record: text})
			proof, ok := m.Proof()
			if !ok || proof.Domain != "unit.example" || !slices.Contains(proof.Signed, "message-id") || m.From != "desk@unit.example" {
				t.Errorf("%s, %s: %+v", name, lang, m.DKIM)
			}
			for what, forged := range map[string][]byte{
				"another subject":    bytes.Replace(raw, []byte("\r\nSubject: "), []byte("\r\nSubject: No "), 1),
				"another attachment": bytes.Replace(raw, []byte("eyAg"), []byte("eyAh"), 1),
				"another author":     append([]byte("From: x@unit.example\r\n"), raw...),
			} {
				if _, ok := read(t, forged, map[string]string{record: text}).Proof(); ok && !bytes.Equal(forged, raw) {
					t.Errorf("%s, %s: proven with %s", name, lang, what)
				}
			}
		}
	}
}

func TestAKeyThatCannotBeUsed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dkim.key")
	for _, text := range []string{"", "x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := DKIMKey(path); !problem.Is(err, problem.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
		if _, err := PGPKey(path); !problem.Is(err, problem.Invalid) {
			t.Errorf("%q as an OpenPGP key: %v", text, err)
		}
	}
}

// pgpKey makes an OpenPGP key, and gives its public half armored.
func pgpKey(t *testing.T, name string) (*openpgp.Entity, string) {
	t.Helper()
	e, err := openpgp.NewEntity(name, "", name+"@clips.example", nil)
	if err != nil {
		t.Fatal(err)
	}
	return e, PGPPublic(e)
}

// parts gives the parts of a multipart with their heads, byte for byte.
func parts(t *testing.T, raw []byte, want string) (list []string) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != want {
		t.Fatalf("the mail is %s, %v", kind, err)
	}
	body, _ := io.ReadAll(m.Body)
	pieces := strings.Split(string(body), "--"+params["boundary"])
	for _, p := range pieces[1 : len(pieces)-1] {
		list = append(list, strings.TrimSuffix(strings.TrimPrefix(p, "\r\n"), "\r\n"))
	}
	return list
}

func TestMailIsEncryptedToThePlatform(t *testing.T) {
	theirs, public := pgpKey(t, "clips")
	ours, _ := pgpKey(t, "unit")
	l := compose(t, content("fr", 2))
	l.PGPKey = public
	raw := sent(t, func(m *Mail) { m.PGP = ours }, l)
	if text := string(raw); strings.Contains(text, "clips.example/v/1") || strings.Contains(text, "voluntary") || !strings.Contains(text, "Subject: "+l.Reference+"\r\n") {
		t.Errorf("outside stands %s", text)
	}
	encrypted := parts(t, raw, "multipart/encrypted")
	if len(encrypted) != 2 || !strings.Contains(encrypted[0], "application/pgp-encrypted") {
		t.Fatalf("parts %q", encrypted)
	}
	_, armored, _ := strings.Cut(encrypted[1], "\r\n\r\n")
	block, err := armor.Decode(strings.NewReader(armored))
	if err != nil {
		t.Fatal(err)
	}
	md, err := openpgp.ReadMessage(block.Body, openpgp.EntityList{theirs, ours}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	inside, err := io.ReadAll(md.UnverifiedBody)
	if err != nil || md.SignatureError != nil || md.SignedBy == nil || md.SignedBy.PublicKey.KeyId != ours.PrimaryKey.KeyId {
		t.Errorf("signed by %v, %v, %v", md.SignedBy, md.SignatureError, err)
	}
	m := read(t, append([]byte("From: x@unit.example\r\n"), inside...), nil)
	if m.Subject != l.Subject || m.Text != strings.TrimSpace(l.Body) || len(m.Attached) != 2 || !bytes.Equal(m.Attached[0].Body, l.Attached[0].Body) {
		t.Errorf("inside: %q, %d attached, faults %q", m.Subject, len(m.Attached), m.Faults)
	}
	stranger, _ := pgpKey(t, "stranger")
	block, _ = armor.Decode(strings.NewReader(armored))
	if _, err := openpgp.ReadMessage(block.Body, openpgp.EntityList{stranger}, nil, nil); err == nil {
		t.Error("another key opens it")
	}
	l.PGPKey = "no key"
	var s mailServer
	s.serve(t, nil, false)
	if r := SendMail(t.Context(), door(t, fetch.Config{}), s.config(), "trust@clips.example", l); r.Outcome != Rejected || len(s.took) != 0 {
		t.Errorf("what cannot be encrypted left: %+v", r)
	}
}

func TestMailIsSignedWithOpenPGP(t *testing.T) {
	ours, _ := pgpKey(t, "unit")
	raw := sent(t, func(m *Mail) { m.PGP = ours }, compose(t, content("pl", 2)))
	signed := parts(t, raw, "multipart/signed")
	if len(signed) != 2 {
		t.Fatalf("%d parts", len(signed))
	}
	_, signature, _ := strings.Cut(signed[1], "\r\n\r\n")
	who, err := openpgp.CheckArmoredDetachedSignature(openpgp.EntityList{ours}, strings.NewReader(signed[0]), strings.NewReader(signature), nil)
	if err != nil || who.PrimaryKey.KeyId != ours.PrimaryKey.KeyId {
		t.Errorf("%v, %v", who, err)
	}
	if _, err := openpgp.CheckArmoredDetachedSignature(openpgp.EntityList{ours}, strings.NewReader(signed[0]+" "), strings.NewReader(signature), nil); err == nil {
		t.Error("an altered content is genuine too")
	}
	checkWithGPG(t, ours, signed[0], signature)
	if m := read(t, raw, nil); len(m.Attached) != 3 || m.Text == "" || len(m.Faults) > 0 {
		t.Errorf("taken apart: %d attached, %q", len(m.Attached), m.Faults)
	}
}

// checkWithGPG has a program verify the signature that shares nothing with us.
func checkWithGPG(t *testing.T, by *openpgp.Entity, text, signature string) {
	t.Helper()
	gpg, err := exec.LookPath("gpg")
	if err != nil {
		t.Log("gpg is not installed")
		return
	}
	home := t.TempDir()
	var public bytes.Buffer
	if err := by.Serialize(&public); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"key": public.Bytes(), "text": []byte(text), "sig": []byte(signature)} {
		if err := os.WriteFile(filepath.Join(home, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"--import", "key"}, {"--verify", "sig", "text"}} {
		cmd := exec.Command(gpg, append([]string{"--homedir", home, "--batch", "--no-autostart"}, args...)...)
		cmd.Dir = home
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("gpg %v: %v\n%s", args, err, out)
		}
	}
}

// openssl, which shares nothing with us, verifies the S/MIME signature; a changed mail it refuses.
func TestMailIsSignedWithSMIME(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	cert, _ := certificate(t, "desk@unit.example")
	raw := sent(t, func(m *Mail) {
		m.SMIME = &tls.Certificate{Certificate: cert.Certificate, PrivateKey: cert.PrivateKey, Leaf: cert.Leaf}
	}, compose(t, content("de", 2)))
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]}), 0o600); err != nil {
		t.Fatal(err)
	}
	verify := func(raw []byte) (string, error) {
		cmd := exec.Command(openssl, "cms", "-verify", "-CAfile", ca, "-purpose", "any")
		cmd.Stdin = bytes.NewReader(raw)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := verify(raw); err != nil || !strings.Contains(strings.ToLower(out), "verification successful") {
		t.Errorf("openssl: %v\n%.2000s", err, out)
	}
	altered := bytes.Replace(raw, []byte("AR-2026-000123"), []byte("AR-2026-000124"), -1)
	if out, err := verify(altered); err == nil {
		t.Errorf("openssl takes an altered mail: %.300s", out)
	}
	// Signed by our domain over it all.
	key, err := DKIMKey(filepath.Join(dir, "dkim.key"))
	if err != nil {
		t.Fatal(err)
	}
	d := &DKIM{"unit.example", "argine", key}
	record, text, err := d.Record()
	if err != nil {
		t.Fatal(err)
	}
	both := sent(t, func(m *Mail) { m.SMIME, m.DKIM = &cert, d }, compose(t, content("de", 2)))
	if _, ok := read(t, both, map[string]string{record: text}).Proof(); !ok {
		t.Error("the signature of the domain does not verify over the other")
	}
	if out, err := verify(both); err != nil {
		t.Errorf("openssl: %v\n%.300s", err, out)
	}
}

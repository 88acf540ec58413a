package deliver

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/argine/argine/internal/problem"
)

// DKIM signs what leaves in the name of our domain (RFC 6376), so that a hosting service can
// tell a mail of ours from a forged one.
type DKIM struct {
	Domain   string
	Selector string
	Key      crypto.Signer
}

// dkimBits are those of an RSA key: RFC 8301 asks for 1024 at the least and 2048 where one can.
const dkimBits = 2048

// DKIMKey reads the key that mails are signed with from its file (PEM, PKCS #8), and makes it
// where there is none yet. It is RSA: many receivers still know no other.
func DKIMKey(path string) (crypto.Signer, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newDKIMKey(path)
	}
	if err != nil {
		return nil, problem.Wrap(err, problem.Unavailable, "%s cannot be read; check its permissions", path)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, problem.New(problem.Invalid, "%s holds no key in PEM; restore it from a copy, or remove it and publish the new key", path)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	}
	signer, ok := key.(crypto.Signer)
	if err != nil || !ok {
		return nil, problem.Wrap(err, problem.Invalid, "%s holds no private key that DKIM knows; make one with: openssl genpkey -algorithm rsa -out FILE", path)
	}
	return signer, nil
}

func newDKIMKey(path string) (crypto.Signer, error) {
	key, err := rsa.GenerateKey(rand.Reader, dkimBits)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, keepKey(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// Record is what the domain has to publish: the name of a TXT record and its text.
func (d DKIM) Record() (name, text string, err error) {
	kind, public := "rsa", []byte(nil)
	switch key := d.Key.Public().(type) {
	case *rsa.PublicKey:
		public, err = x509.MarshalPKIXPublicKey(key)
	default:
		var b []byte
		if b, err = x509.MarshalPKIXPublicKey(key); err == nil && len(b) >= 32 {
			kind, public = "ed25519", b[len(b)-32:] // RFC 8463: the bare key
		}
	}
	return d.Selector + "._domainkey." + d.Domain, "v=DKIM1; k=" + kind + "; p=" + base64.StdEncoding.EncodeToString(public), err
}

// signed are the fields that a signature covers. From stands twice, so that nobody adds another.
var signed = []string{"From", "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Language", "In-Reply-To", "References"}

func (d DKIM) sign(raw []byte) ([]byte, error) {
	var b bytes.Buffer
	err := dkim.Sign(&b, bytes.NewReader(raw), &dkim.SignOptions{Domain: d.Domain, Selector: d.Selector, Signer: d.Key, HeaderKeys: signed,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed})
	if err != nil {
		return nil, problem.Wrap(err, problem.Invalid, "the mail cannot be signed with DKIM: %v; see smtp.dkim_domain and its key", err)
	}
	return b.Bytes(), nil
}

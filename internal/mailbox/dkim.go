package mailbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"golang.org/x/net/publicsuffix"
)

// Signature is a DKIM signature of a mail (RFC 6376).
type Signature struct {
	Domain   string // that claims responsibility
	Verified bool
	Why      string    // it did not verify
	Signed   []string  // header fields that it covers, small
	At       time.Time // when it was made, if it says so
	Digest   string    // of the signature itself: the same again is a mail that was sent again, by whomever
}

// verify checks the signatures of a mail. The library looks at the real time for those that
// expire; so does c.Now, where it is another.
func (c Config) verify(ctx context.Context, m *Mail, raw io.ReadSeeker) ([]Signature, error) {
	given := m.head["Dkim-Signature"]
	if len(given) == 0 {
		return nil, nil
	}
	if !m.wholeHead {
		return []Signature{{Why: "the head of the mail is too long to be verified"}}, nil
	}
	if _, err := raw.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	verified, err := dkim.VerifyWithOptions(raw, &dkim.VerifyOptions{MaxVerifications: maxSignatures,
		LookupTXT: func(name string) ([]string, error) { return c.Resolver(ctx, name) }})
	var list []Signature
	for i, v := range verified {
		s := Signature{Domain: strings.ToLower(strings.TrimSuffix(v.Domain, ".")), At: v.Time, Verified: v.Err == nil}
		for _, key := range v.HeaderKeys {
			s.Signed = append(s.Signed, strings.ToLower(key))
		}
		switch {
		case v.Err != nil:
			s.Why = oneLine(strings.TrimPrefix(v.Err.Error(), "dkim: "))
		case !v.Expiration.IsZero() && c.Now().After(v.Expiration):
			s.Verified, s.Why = false, "the signature has expired"
		}
		if i < len(given) {
			s.Digest = digest(s.Domain, given[i])
		}
		list = append(list, s)
	}
	if err != nil && len(list) == 0 {
		list = []Signature{{Why: "the signatures cannot be read: " + oneLine(err.Error())}}
	}
	return list, nil
}

// digest names a signature by its domain and its value.
func digest(domain, field string) string {
	value := ""
	for tag := range strings.SplitSeq(field, ";") {
		if name, v, ok := strings.Cut(tag, "="); ok && strings.TrimSpace(name) == "b" {
			value = strings.Join(strings.Fields(v), "")
		}
	}
	sum := sha256.Sum256([]byte(domain + " " + value))
	return hex.EncodeToString(sum[:])
}

// Proof is the verified signature that shows that the mail comes from the domain that From
// names, or from one of the same owner (relaxed alignment, RFC 7489, 3.1.1).
func (m Mail) Proof() (Signature, bool) {
	from := owner(domainOf(m.From))
	for _, s := range m.DKIM {
		if s.Verified && from != "" && owner(s.Domain) == from {
			return s, true
		}
	}
	return Signature{}, false
}

// owner is the part of a domain that one owner has: the public suffix and one label more.
func owner(domain string) string {
	name, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(domain))
	if err != nil {
		return ""
	}
	return name
}

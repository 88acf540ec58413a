package match

import (
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
)

// Entry is one fingerprint of a bank.
type Entry struct {
	ID         id.Entry
	Number     int64   // the bank's slot in the upper half; exchanges call it a content id
	Bank       id.Bank // of those that are read; AddEntries says the bank itself
	BankName   string
	Kind       string
	Value      string   // see the kinds
	Label      string   // what the bank's keeper says it shows
	Labels     []string // words to sort and count by
	Provenance string   // where the keeper has it from
	ExpiresAt  time.Time
	OffUntil   time.Time // it matches nothing before; zero for an entry that is not switched off
	At         time.Time

	RetractedAt time.Time
	Cause       Cause  // of the retraction
	Why         string // its reason in words
}

// Cause is what an entry's retraction came from. It decides what brings the entry back: one
// that a person took out comes back only by a person.
type Cause string

const (
	CausePerson   Cause = "person"   // the bank's keeper
	CauseExpiry   Cause = "expiry"   // its time was up
	CauseSource   Cause = "source"   // the subscription that it came from has it no more
	CauseReversal Cause = "reversal" // the items that put it into an own bank were reversed
)

// digits is how many hexadecimal digits a fingerprint of each kind has. What stands behind
// the digest of a video, sound or text lies in the blob store.
var digits = map[string]int{KindPDQ: 64, KindSHA256: 64, KindMD5: 32, KindSHA1: 40, KindSHA512: 128, KindVPDQ: 64, KindSound: 64, KindText: 64}

const kindsRead = "pdq, sha256, md5, sha1, sha512, vpdq, sound, text or tlsh"

// maxLabels is how many words an entry is labelled with.
const maxLabels = 50

// clean brings an entry into the form that is stored, or says what is wrong with it.
func (e Entry) clean() (Entry, error) {
	e.Kind = strings.ToLower(strings.TrimSpace(e.Kind))
	e.Label, e.Provenance = strings.TrimSpace(e.Label), strings.TrimSpace(e.Provenance)
	e.Labels, e.ExpiresAt = wordsOf(strings.Join(e.Labels, " ")), e.ExpiresAt.UTC().Truncate(time.Microsecond)
	var err error
	if e.Value, err = cleanValue(e.Kind, strings.TrimSpace(e.Value)); err != nil {
		return e, err
	}
	for _, text := range []string{e.Label, e.Provenance, strings.Join(e.Labels, " ")} {
		if !plain(text) {
			return e, problem.New(problem.Invalid, "label, labels or provenance is not plain text of at most %d bytes; shorten it", maxText)
		}
	}
	if len(e.Labels) > maxLabels {
		return e, problem.New(problem.Invalid, "the entry has %d labels; leave at most %d", len(e.Labels), maxLabels)
	}
	return e, nil
}

// cleanValue brings a fingerprint into the one form in which it is stored and looked up.
func cleanValue(kind, value string) (string, error) {
	if kind == KindTLSH {
		return cleanTLSH(value)
	}
	value = strings.ToLower(value)
	want, known := digits[kind]
	switch {
	case !known:
		return value, problem.New(problem.Invalid, "%.20q is no kind of fingerprint that banks hold; write %s", kind, kindsRead)
	case len(value) != want:
		return value, problem.New(problem.Invalid, "the value has %d characters; write the %d hexadecimal digits of its %s", len(value), want, kind)
	}
	if _, err := hex.DecodeString(value); err != nil {
		return value, problem.New(problem.Invalid, "the value %.80q is not hexadecimal; write the %d digits 0-9 and a-f of its %s", value, want, kind)
	}
	return value, nil
}

// tlshDigits is the length of a TLSH digest of 128 buckets with one byte of checksum.
const tlshDigits = 70

// cleanTLSH writes a TLSH digest as its newer tools do: capitals, with the T1 that tells its version.
func cleanTLSH(value string) (string, error) {
	value = strings.ToUpper(value)
	plain, _ := strings.CutPrefix(value, "T1")
	if _, err := hex.DecodeString(plain); err != nil || len(plain) != tlshDigits {
		return value, problem.New(problem.Invalid, "the value %.80q is no TLSH digest; write T1 and %d hexadecimal digits", value, tlshDigits)
	}
	return "T1" + plain, nil
}

// wordsOf splits labels into words, each once, in their order.
func wordsOf(text string) []string {
	var words []string
	for _, w := range strings.Fields(text) {
		if !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return words
}

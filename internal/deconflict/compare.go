package deconflict

import (
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/argine/argine/hamming"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// pdqRadius is how many of the 256 bits of two PDQ hashes may differ for the pictures to
// count as alike: the threshold that the hash's authors recommend.
const pdqRadius = 31

// maxLink is how long a link may be, in bytes.
const maxLink = 8 << 10

// The ways of looking. A link is compared without its scheme, so that an interest
// registered with http covers https too.
const (
	sqlByLink = "SELECT " + interestColumns + " FROM interest WHERE kind = 'url_prefix' AND ended_at IS NULL AND expires_at > $1 AND value = SUBSTR(CAST($2 AS TEXT), 1, LENGTH(value))"
	// An account is told from another whose name begins the same, and written in any case.
	sqlByAccount = "SELECT " + interestColumns + " FROM interest WHERE kind = 'account' AND ended_at IS NULL AND expires_at > $1 AND value || '/' = SUBSTR(CAST($2 AS TEXT), 1, LENGTH(value) + 1)"
	sqlByDigest  = "SELECT " + interestColumns + " FROM interest WHERE kind = 'sha256' AND value = $2 AND ended_at IS NULL AND expires_at > $1"
	sqlPictures  = "SELECT " + interestColumns + " FROM interest WHERE kind = 'pdq' AND ended_at IS NULL AND expires_at > $1"
)

// touching returns the standing interests in an item, in the order of their identifiers. Not
// among them is a unit's interest in what that unit alone has handed in: it knows what it does.
func touching(tx *sqldb.Tx, facts Facts) ([]Interest, error) {
	var found []Interest
	look := func(q sqldb.SQL, args ...any) error {
		list, err := sqldb.List(tx, q, args, readInterest)
		found = append(found, list...)
		return err
	}
	if err := look(sqlByLink, sqldb.At(tx.Now), bare(facts.URL)); err != nil {
		return nil, err
	}
	if err := look(sqlByAccount, sqldb.At(tx.Now), below(facts.URL)); err != nil {
		return nil, err
	}
	for _, sum := range facts.SHA256 {
		if err := look(sqlByDigest, sqldb.At(tx.Now), strings.ToLower(sum)); err != nil {
			return nil, err
		}
	}
	pictures, err := alike(tx, facts.PDQ)
	found = slices.DeleteFunc(append(found, pictures...), func(in Interest) bool { return alone(facts.Units, in.Unit) })
	slices.SortFunc(found, func(a, b Interest) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return slices.CompactFunc(found, func(a, b Interest) bool { return a.ID == b.ID }), err
}

// Touches reports whether one interest is in an item, by the same comparisons as touching.
func (in Interest) Touches(facts Facts) bool {
	switch in.Kind {
	case KindURLPrefix:
		return strings.HasPrefix(bare(facts.URL), in.Value)
	case KindAccount:
		return strings.HasPrefix(below(facts.URL), in.Value+"/")
	case KindSHA256:
		return slices.ContainsFunc(facts.SHA256, func(sum string) bool { return strings.EqualFold(sum, in.Value) })
	}
	return in.looksLike(pictureBits(facts.PDQ))
}

// alike lists the interests in pictures that look like one of these.
func alike(tx *sqldb.Tx, hashes []string) ([]Interest, error) {
	mine := pictureBits(hashes)
	if len(mine) == 0 {
		return nil, nil
	}
	list, err := sqldb.List(tx, sqlPictures, []any{sqldb.At(tx.Now)}, readInterest)
	return slices.DeleteFunc(list, func(in Interest) bool { return !in.looksLike(mine) }), err
}

func pictureBits(hashes []string) (list []hamming.Bits) {
	for _, h := range hashes {
		if b, ok := bits(h); ok {
			list = append(list, b)
		}
	}
	return list
}

func (in Interest) looksLike(pictures []hamming.Bits) bool {
	theirs, ok := bits(in.Value)
	return ok && slices.ContainsFunc(pictures, func(b hamming.Bits) bool { return hamming.Distance(b, theirs) <= pdqRadius })
}

func bits(s string) (hamming.Bits, bool) {
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw) != 32 {
		return hamming.Bits{}, false
	}
	return hamming.FromBytes([32]byte(raw)), true
}

func digest(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	if raw, err := hex.DecodeString(s); err != nil || len(raw) != 32 {
		return "", problem.New(problem.Invalid, "%.20q is no digest of 256 bits; give 64 hexadecimal digits", s)
	}
	return s, nil
}

// prefix is the beginning of a link in the form that links are compared in. A bare host
// gets its slash, or video.example would cover video.example.test.
func prefix(s string) (string, error) {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil || len(s) > maxLink || !utf8.ValidString(s) {
		return "", problem.New(problem.Invalid, "%.80q is not the beginning of a link; give it with https:// and the host", s)
	}
	rest := strings.TrimPrefix(bare(s), u.Host)
	if rest == "" || rest[0] != '/' {
		rest = "/" + rest
	}
	return strings.ToLower(u.Host) + rest, nil
}

// accountOf is the link of an account in the form that accounts are compared in. A bare host
// is no account.
func accountOf(s string) (string, error) {
	s, err := prefix(s)
	if err != nil {
		return "", err
	}
	host, path, _ := strings.Cut(strings.TrimRight(s, "/"), "/")
	if path == "" || strings.ContainsAny(path, "?#") {
		return "", problem.New(problem.Invalid, "%.80q is not the link of an account; give the whole of it, such as https://video.example/@name", s)
	}
	return host + "/" + strings.ToLower(path), nil
}

// below is a link in the form that accounts are compared with: the query counts as below.
func below(link string) string {
	return strings.ToLower(strings.Replace(bare(link), "?", "/?", 1)) + "/"
}

func bare(link string) string {
	_, rest, ok := strings.Cut(link, "://")
	if !ok {
		return link
	}
	return rest
}

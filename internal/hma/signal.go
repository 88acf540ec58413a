package hma

import (
	"slices"

	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/vpdq"
)

// signalType is a kind of fingerprint under the name that HMA gives it.
type signalType struct {
	name, kind string
	content    []string // content types that are fingerprinted so
}

// signalTypes are all kinds that banks hold. The first of one kind is its name in answers.
var signalTypes = []signalType{
	{"pdq", match.KindPDQ, []string{flow.Photo}},
	{"vpdq", match.KindVPDQ, []string{flow.Video}},
	{"video_md5", match.KindMD5, []string{flow.Video}},
	{"md5", match.KindMD5, []string{flow.Photo}},
	{"sha256", match.KindSHA256, []string{flow.Photo, flow.Video}},
	{"sha1", match.KindSHA1, []string{flow.Photo, flow.Video}},
	{"sha512", match.KindSHA512, []string{flow.Photo, flow.Video}},
	{"sound", match.KindSound, nil},
	{"text", match.KindText, nil},
	{"tlsh", match.KindTLSH, nil},
}

// usual are the signal types that a medium is fingerprinted by where the caller names none.
var usual = map[string][]string{flow.Photo: {"pdq", "sha256"}, flow.Video: {"video_md5", "vpdq", "sha256"}}

func signalNamed(name string) (signalType, error) {
	for _, st := range signalTypes {
		if st.name == name {
			return st, nil
		}
	}
	return signalType{}, bad("No such SignalType '%.40s'", name)
}

// nameOf is HMA's name of a kind.
func nameOf(kind string) string {
	for _, st := range signalTypes {
		if st.kind == kind {
			return st.name
		}
	}
	return kind
}

// typesFor tells which signal types a medium is to be fingerprinted by.
func typesFor(content, list string) ([]signalType, error) {
	wanted := usual[content]
	if list != "" {
		if wanted = names(list); wanted == nil {
			return nil, bad("empty signal type selection")
		}
	}
	var out []signalType
	for _, name := range wanted {
		st, err := signalNamed(name)
		if err != nil || !slices.Contains(st.content, content) {
			return nil, bad("signal type '%.40s' doesn't exist or is disabled", name)
		}
		out = append(out, st)
	}
	return out, nil
}

// valueOf is the fingerprint of one kind, "" where the medium has none.
func valueOf(f flow.Fingerprints, kind string) string {
	switch kind {
	case match.KindPDQ:
		return f.PDQ
	case match.KindVPDQ:
		return signalOf(kind, f.VPDQ)
	case match.KindMD5:
		return f.MD5
	case match.KindSHA1:
		return f.SHA1
	case match.KindSHA256:
		return f.SHA256
	case match.KindSHA512:
		return f.SHA512
	}
	return ""
}

// signalOf is a fingerprint in the form in which HMA exchanges it: of a video an array of texts
// "hash,quality,seconds".
func signalOf(kind, value string) string {
	if kind != match.KindVPDQ || value == "" {
		return value
	}
	film, err := vpdq.Parse([]byte(value))
	if err != nil {
		return value // it is in the form of HMA's next version, or in none
	}
	return string(vpdq.FormatJSON(film))
}

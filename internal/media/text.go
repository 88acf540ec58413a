package media

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/minhash"
	"github.com/argine/argine/tlsh"
)

// longestText is the longest text that is compared, in bytes; captures keep no longer one.
const longestText = 1 << 20

// TextPrint is a text with its fingerprints.
type TextPrint struct {
	Digest  string   // TextFingerprint: finds the same text
	Minhash string   // minhash.Signature, finds nearly the same; empty for a text of too few words
	TLSH    string   // of the bytes as they are, as exchanges have it (HASH_TEXT_TLSH); empty where there is none
	Text    blob.Sum // the text itself in the store: a match by Minhash is one only after both texts were compared
	Medium  string   // SHA-256 of the document that the text stands in; empty for the page's own text
}

// printOf makes the fingerprints of a text in the store. Where there is no text, Digest is
// empty and so is all else.
func printOf(ctx context.Context, store *blob.Store, text blob.Sum, medium string) (TextPrint, error) {
	if text.IsZero() {
		return TextPrint{}, nil
	}
	data, err := store.Bytes(ctx, text, longestText)
	if err != nil {
		return TextPrint{}, err
	}
	p := TextPrint{Digest: TextFingerprint(string(data)), Text: text, Medium: medium}
	if p.Digest == "" {
		return TextPrint{}, nil
	}
	if s, ok := minhash.Sign(string(data)); ok {
		p.Minhash = s.String()
	}
	if d, err := tlsh.Sum(data); err == nil {
		p.TLSH = d.String()
	}
	return p, nil
}

// TextFingerprint is the SHA-256 in hex of a text without what copying changes: Unicode
// compatibility forms (NFKC, UAX #15), case, and kinds and amounts of white space. A text of
// nothing but white space has none.
func TextFingerprint(text string) string {
	plain := norm.NFKC.String(cases.Fold().String(norm.NFKC.String(strings.ToValidUTF8(text, "\ufffd"))))
	hash := sha256.New()
	out := bufio.NewWriter(hash)
	words := 0
	for word := range strings.FieldsFuncSeq(plain, unicode.IsSpace) {
		if words > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(word)
		words++
	}
	if words == 0 {
		return ""
	}
	out.Flush()
	return hex.EncodeToString(hash.Sum(nil))
}

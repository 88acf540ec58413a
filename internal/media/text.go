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
)

// longestText is the longest text that is compared, in bytes; captures keep no longer one.
const longestText = 1 << 20

// textOf is the fingerprint of a text in the store.
func textOf(ctx context.Context, store *blob.Store, text blob.Sum) (string, error) {
	if text.IsZero() {
		return "", nil
	}
	data, err := store.Bytes(ctx, text, longestText)
	if err != nil {
		return "", err
	}
	return TextFingerprint(string(data)), nil
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

package audit

import (
	"encoding/base64"
	"errors"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// head is what a checkpoint says: the tree of that size has that root.
type head struct {
	size int64
	root tlog.Hash
}

// openHead reads a signed checkpoint. Only the one form of it passes that was written: base 64
// would let unused bits of the signature differ, and a note carry further signatures.
func openHead(text string, verifier note.Verifier) (head, error) {
	n, err := note.Open([]byte(text), note.VerifierList(verifier))
	if err != nil {
		return head{}, err
	}
	if _, err := base64.StdEncoding.Strict().DecodeString(n.Sigs[0].Base64); err != nil || len(n.UnverifiedSigs) > 0 || strings.Count(text, "\n") != 5 {
		return head{}, errors.New("not a checkpoint as this log writes it")
	}
	return parseHead(n.Text)
}

// parseHead reads the text of a checkpoint, signed or not.
func parseHead(text string) (head, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 3 || lines[0] != origin {
		return head{}, errors.New("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return head{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return head{size, root}, err
}

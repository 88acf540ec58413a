// Package match says what is known of an item's media: which entries of banks they match,
// and which earlier items, taken down since, carried them already.
//
// A digest (SHA-256, MD5) matches when it is equal. A picture's PDQ hash matches within a
// distance in bits: a bank sets its own radius, and 31 of 256 ties an item to an earlier
// one. PDQ of a picture without features (quality below 50) identifies nothing, so such a
// picture is found by its digests only.
//
// Which hashes lie near another is asked of an Index in memory; what that means now (the
// entry is not retracted, its bank is enabled, the earlier item is gone) is asked of the
// database, in the transaction that keeps the answer. So an index may know more hashes
// than still count, and never has to forget one.
//
// A match proposes and decides nothing: the item is put before people, with what was found.
package match

import (
	"time"

	"github.com/argine/argine/internal/id"
)

// Kinds of fingerprint in a bank.
const (
	KindPDQ    = "pdq"
	KindSHA256 = "sha256"
	KindMD5    = "md5"
)

const (
	// minQuality is the least PDQ quality with which a picture is matched by its looks, after
	// the hash's authors. The statements say the same number.
	minQuality = 50
	// reuploadRadius is how many bits may differ between a picture and one that was taken
	// down: the threshold that the hash's authors recommend.
	reuploadRadius = 31
	// maxEarlier is how many earlier items one item is tied to: the nearest, and of those the
	// latest to go. A picture posted a thousand times would otherwise make half a million ties.
	maxEarlier = 100
)

// Job asks to look up the fingerprints of items.
type Job struct {
	Items []id.Item `json:"items"`
}

func (Job) Kind() string  { return "match.find" }
func (Job) Queue() string { return "match" }

// Found is what is known of an item's media.
type Found struct {
	Matches   []Match
	Reuploads []Reupload
}

// Match ties a medium of an item to an entry of a bank.
type Match struct {
	SHA256   string // the medium
	Bank     id.Bank
	Entry    id.Entry
	Kind     string
	Distance int // bits
	Label    string
}

// Reupload ties an item to an earlier one that was gone before this one was handed in.
type Reupload struct {
	Earlier       id.Item
	SHA256        string // the medium
	EarlierSHA256 string // the earlier item's, the same unless it was altered
	Distance      int    // bits between the two pictures; 0 for the same bytes
	GoneAt        time.Time
}

// Package match says what is known of an item's media: which entries of banks they match,
// and which earlier items, taken down since, carried them already.
//
// A digest (SHA-256, MD5, SHA-1, SHA-512) matches when it is equal. A picture's PDQ hash
// matches within a distance in bits: a bank sets its own radius, and 31 of 256 ties an item
// to an earlier one. PDQ of a picture without features (quality below 50) identifies nothing,
// so such a picture is found by its digests only. Of videos, sounds and texts an Index finds
// candidates by parts that they share; their whole features decide.
//
// Which entries lie near is asked of an Index in memory; what counts now (the entry is not
// retracted, its bank is enabled, the earlier item is gone) is asked of the database. Find
// works forwards, from one item's media to all banks; Retro backwards, from a batch of
// entries to all that items carried before. Together they leave no order of events in which
// a medium and an entry miss each other: whichever is committed later looks for the other.
//
// A match proposes and decides nothing: the item is put before people, with what was found.
package match

import (
	"time"

	"github.com/argine/argine/internal/id"
)

// Kinds of fingerprint in a bank. The value of a digest or PDQ is its hexadecimal digits, of
// TLSH its interchange form. The value of a video, a sound or a text is the SHA-256 of its
// features, or of the text itself, in the blob store.
const (
	KindPDQ    = "pdq"
	KindSHA256 = "sha256"
	KindMD5    = "md5"
	KindSHA1   = "sha1"
	KindSHA512 = "sha512"
	KindVPDQ   = "vpdq"
	KindSound  = "sound"
	KindText   = "text"
	KindTLSH   = "tlsh"
)

// Kinds are all kinds.
var Kinds = []string{KindPDQ, KindSHA256, KindMD5, KindSHA1, KindSHA512, KindVPDQ, KindSound, KindText, KindTLSH}

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
	SHA256   string // the medium; of a text its blob
	Bank     id.Bank
	Entry    id.Entry
	Number   int64 // the entry's
	Kind     string
	Distance int // bits; of videos the mean over the frames that match
	Share    int // of the entry that is found in the medium, in millionths: videos, sounds, texts
	Label    string
	Own      bool // the bank is filled by confirmed items, and such matches are counted apart
}

// Reupload ties an item to an earlier one that was gone before this one was handed in.
type Reupload struct {
	Earlier       id.Item
	SHA256        string // the medium
	EarlierSHA256 string // the earlier item's, the same unless it was altered
	Kind          string // the fingerprint that ties them: sha256, pdq, vpdq, sound, text
	Distance      int    // bits; 0 for the same bytes
	GoneAt        time.Time
}

// Package media makes fingerprints of what captures hold: of each picture, video, sound or
// document, and of the page's text.
//
// A medium is its bytes: the same file on a hundred pages is one medium that a hundred items
// carry. Its SHA-256 is its identity here, its MD5 is what other systems ask for, and a
// picture's PDQ finds it again after it was scaled or recompressed. The bytes come from
// strangers who may have made them to do harm, so decoding is bounded in pixels and memory,
// and a picture that cannot be read keeps its digests and says why (its fault).
package media

import (
	"time"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/capture"
	"github.com/argine/argine/internal/id"
)

// Work is one capture whose media wait for their fingerprints.
type Work struct {
	Item    id.Item         `json:"item"`
	Capture id.Capture      `json:"capture"`
	Found   []capture.Found `json:"found,omitempty"`
	Text    blob.Sum        `json:"text,omitzero"`
}

// Job makes the fingerprints of captures.
type Job struct {
	Work []Work `json:"work"`
}

func (Job) Kind() string  { return "media.extract" }
func (Job) Queue() string { return "media" }

// Medium is a medium with its fingerprints.
type Medium struct {
	SHA256, MD5   string // hex
	MIME          string // told by its bytes
	Size          int64
	Width, Height int    // of a picture that could be read
	PDQ           string // hex; empty where it is no picture that could be read
	Quality       int    // of PDQ, 0 to 100; below 50 two pictures may be alike by chance
	Fault         string // one of the Fault texts, empty when all went well

	URL     string     // where the item's page had it; of Get, empty
	Capture id.Capture // in which it was found first; of Get, empty
	At      time.Time  // when the item was first seen with it; of Get, when anything was
}

// Why a picture has no fingerprint. The texts are stored.
const (
	FaultTooLarge  = "too-large"  // more pixels or bytes than are decoded
	FaultTooSmall  = "too-small"  // fewer pixels than a fingerprint needs
	FaultTruncated = "truncated"  // the file ends before the picture does
	FaultFormat    = "bad-format" // a picture in a format that is not decoded
	FaultDamaged   = "damaged"    // the decoder gave up
)

// Extracted is what Extract made of a capture.
type Extracted struct {
	Media []Medium
	Text  string // SHA-256 of the normalised text, hex; empty where there is none
}

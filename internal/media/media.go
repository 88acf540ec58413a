// Package media makes fingerprints of what captures hold: of each picture, video, sound or
// document, and of the page's text.
//
// A medium is its bytes: the same file on a hundred pages is one medium that a hundred items
// carry. Its SHA-256 is its identity here, its other digests are what other systems ask for,
// and looks and sound find it again after it was scaled, cut or recompressed: PDQ of a
// picture, vPDQ of a film, Chromaprint of its sound. The bytes come from strangers who may
// have made them to do harm, so decoding is bounded in pixels, memory and time, programs that
// are not ours run in package sandbox, and a medium that cannot be read keeps its digests
// and says why (its fault).
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
	SHA1, SHA512  string // hex
	MIME          string // told by its bytes
	Size          int64
	Width, Height int      // of a picture or film that could be read
	DurationMS    int64    // of a film or sound
	PDQ           string   // hex; empty where it is no picture that could be read
	Quality       int      // of PDQ, 0 to 100; below 50 two pictures may be alike by chance
	Video         blob.Sum // of its features as vpdq.Format writes them; zero where it is no film that could be read
	Sound         blob.Sum // of its fingerprint as sound.Format writes it; zero where there is no sound that tells anything
	Fault         string   // one of the Fault texts, empty when all went well

	URL     string     // where the item's page had it; of Get, empty
	Capture id.Capture // in which it was found first; of Get, empty
	At      time.Time  // when the item was first seen with it; of Get, when anything was
}

// Why a medium has no fingerprint beyond its digests, or not a whole one. The texts are stored.
const (
	FaultTooLarge  = "too-large"  // more pixels or bytes than are decoded
	FaultTooSmall  = "too-small"  // fewer pixels than a fingerprint needs
	FaultTooLong   = "too-long"   // takes longer to decode than it may; of a film its beginning has features
	FaultTruncated = "truncated"  // the file ends before the picture does; of a film what came before has features
	FaultFormat    = "bad-format" // in a format that is not decoded
	FaultDamaged   = "damaged"    // the decoder gave up
	FaultNoDecoder = "no-decoder" // the program that reads it is not installed here
)

// Extracted is what Extract made of a capture.
type Extracted struct {
	Media []Medium    // those of the page, each followed by the pictures inside it
	Texts []TextPrint // the page's own first, if it has one; then those of documents
}

// Package capture keeps what was there at one moment.
//
// Content that is to be taken down is gone soon after, and with it the grounds of the
// decision. So before anybody looks at an item, Take fetches its page and the media that
// the page names, and writes every exchange, redirects included, byte for byte as it was on
// the wire into one WARC file (ISO 28500). From the same bytes it reads what the desk shows
// and what fingerprints are made of: title, language, visible text and the media themselves.
//
// Whatever the other side does is a finding and no error: a page that is not there is
// captured with its status, a host that does not answer makes the item unreachable. Take
// fails only where our own side does (the store is full, the work was stopped), and can then
// be run again.
package capture

import (
	"time"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/id"
)

// What became of a capture.
const (
	Captured    = "captured"
	Unreachable = "unreachable"
)

// Job takes captures of items.
type Job struct {
	Items []id.Item `json:"items"`
}

func (Job) Kind() string  { return "capture.take" }
func (Job) Queue() string { return "capture" }

// Taken is what Take found.
type Taken struct {
	Outcome string // Captured or Unreachable
	// Fault is why nothing, or not all of the page, was got; one of the texts of package
	// fetch. A page that broke off is captured as far as it came, with the fault beside it.
	Fault    string
	Status   int    // HTTP status of the page, 0 where there was none
	FinalURL string // of the page, after redirects
	Vantage  string // "" is the direct way

	WARC blob.Sum // zero where not even a status line came
	Size int64    // bytes of the WARC file

	Title     string
	Language  string   // ISO 639 code, "" when unknown
	Text      blob.Sum // visible text, UTF-8; zero where there was none
	TextBytes int64
	Media     []Found
}

// Found is one medium of a page. Its bytes are in the blob store.
type Found struct {
	URL  string   `json:"url"`  // as the page named it, resolved; of a data: URL its beginning
	MIME string   `json:"mime"` // told by its bytes
	Sum  blob.Sum `json:"sum"`
	Size int64    `json:"size"`
}

// Capture is a capture as it is recorded.
type Capture struct {
	ID       id.Capture
	Item     id.Item
	At       time.Time
	Outcome  string
	Fault    string
	Status   int
	FinalURL string
	Vantage  string
	WARC     blob.Sum
	Size     int64
	Title    string
	Language string
	Text     blob.Sum
}

// limits bound what one item may cost.
type limits struct {
	media   int           // exchanges for media
	each    int64         // bytes of one medium
	all     int64         // bytes of the page and its media on the wire
	network time.Duration // after so long on the network no further medium is asked for
}

// itemLimits fit a page with a gallery or one short video. The time is such that a job of
// 16 items, four at a time, ends within its five minutes though every host be slow.
var itemLimits = limits{media: 20, each: 20 << 20, all: 60 << 20, network: 40 * time.Second}

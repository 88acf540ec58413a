package warc

import (
	"crypto/rand"
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// Type says what a record is.
type Type string

// The record types of WARC 1.1, clause 6. Continuation records are read but
// never written: nothing here is cut into segments.
const (
	TypeWarcinfo     Type = "warcinfo"     // who made this file, and with what
	TypeResponse     Type = "response"     // what the server sent, with its header
	TypeResource     Type = "resource"     // bytes without a protocol: a rendering, a text
	TypeRequest      Type = "request"      // what was asked of the server
	TypeMetadata     Type = "metadata"     // notes about another record
	TypeRevisit      Type = "revisit"      // seen again, same payload as an earlier record
	TypeConversion   Type = "conversion"   // another record in another format
	TypeContinuation Type = "continuation" // a later segment of a cut record
)

// Content types of the blocks that this package makes.
const (
	ContentRequest  = "application/http;msgtype=request"
	ContentResponse = "application/http;msgtype=response"
	ContentFields   = "application/warc-fields"
)

// ProfileSamePayload marks a revisit record whose payload is equal to that of
// the record it refers to.
const ProfileSamePayload = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"

// NewID makes a record id: a random UUID (version 4, RFC 9562) as a URN.
// Record ids stand in angle brackets in the file and without them in this
// package.
func NewID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails, see crypto/rand
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// dateLayout is UTC with microseconds, the precision of the project's clock.
const dateLayout = "2006-01-02T15:04:05.000000Z"

// ID returns the record id without its angle brackets.
func (h Header) ID() string { return unbracket(h.Get("WARC-Record-ID")) }

// Type returns the type of the record.
func (h Header) Type() Type { return Type(strings.ToLower(h.Get("WARC-Type"))) }

// TargetURI returns the URI whose capture this is. WARC 1.0 as old versions of
// wget wrote it put it in angle brackets, which are removed.
func (h Header) TargetURI() string { return unbracket(h.Get("WARC-Target-URI")) }

// ConcurrentTo returns the ids of records of the same capture.
func (h Header) ConcurrentTo() []string {
	ids := h.Values("WARC-Concurrent-To")
	for i := range ids {
		ids[i] = unbracket(ids[i])
	}
	return ids
}

// IP returns the address that was connected to; it is not valid if the field
// is missing or no address.
func (h Header) IP() netip.Addr {
	addr, err := netip.ParseAddr(h.Get("WARC-IP-Address"))
	if err != nil {
		return netip.Addr{}
	}
	return addr
}

// Date returns the moment of capture. WARC 1.1 allows any precision from the
// year to the nanosecond.
func (h Header) Date() (time.Time, error) {
	text := h.Get("WARC-Date")
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", time.DateOnly, "2006-01", "2006"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("warc: WARC-Date %.40q is no date", text)
}

func unbracket(s string) string {
	if len(s) > 1 && s[0] == '<' && s[len(s)-1] == '>' {
		return s[1 : len(s)-1]
	}
	return s
}

func bracket(id string) string {
	if id == "" {
		return ""
	}
	return "<" + id + ">"
}

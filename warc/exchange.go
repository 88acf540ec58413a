package warc

import (
	"errors"
	"io"
	"iter"
	"net/netip"
	"slices"
	"time"
)

// Exchange is one question to a server and its answer, byte for byte as they
// went over the wire.
type Exchange struct {
	URL       string
	Time      time.Time  // when the request was sent
	IP        netip.Addr // the address that was connected to
	Request   []byte
	Response  []byte
	Truncated string // length, time, disconnect or unspecified: why Response is cut short
	Notes     Header // who captured it, from where, with what; a metadata record if not empty

	// Record ids: made by the writer where they are empty, filled in by ReadExchanges.
	RequestID, ResponseID string
}

// WriteExchange writes an exchange as a response record and, tied to it by
// WARC-Concurrent-To, a request and a metadata record. The response comes
// first: of a file that is cut off, it is what one wants to have. An exchange
// without an answer (the connection failed) is a request and its notes.
func (w *Writer) WriteExchange(x Exchange) error {
	if len(x.Request)+len(x.Response) == 0 {
		return errors.New("warc: an exchange needs a request or a response")
	}
	notes, err := WriteFields(x.Notes)
	if err != nil {
		return err
	}
	var first string
	write := func(d Draft) error {
		d.Date, d.TargetURI = x.Time, x.URL
		if first != "" {
			d.ConcurrentTo = []string{first}
		}
		place, err := w.Write(d)
		if first == "" {
			first = place.ID
		}
		return err
	}
	if len(x.Response) > 0 {
		d := Draft{Type: TypeResponse, ID: x.ResponseID, IP: x.IP, Truncated: x.Truncated, Block: x.Response}
		if err := write(d); err != nil {
			return err
		}
	}
	if len(x.Request) > 0 {
		if err := write(Draft{Type: TypeRequest, ID: x.RequestID, IP: x.IP, Block: x.Request}); err != nil {
			return err
		}
	}
	if len(x.Notes) == 0 {
		return nil
	}
	return write(Draft{Type: TypeMetadata, Block: notes})
}

// Records of one exchange stand close together. So many exchanges are kept
// open while their other halves are looked for; the limit of a record's size
// holds for the open ones together, too.
const openExchanges = 16

// ReadExchanges puts the exchanges of a WARC file together again, in the order
// of their first records. Records of other types are passed over. After an
// error in the file come the exchanges that were read before it, then the error.
func ReadExchanges(r io.Reader, limits Limits) iter.Seq2[Exchange, error] {
	return func(yield func(Exchange, error) bool) {
		in := NewReader(r, limits)
		pairs := pairing{budget: in.limits.Record}
		for {
			rec, err := in.Next()
			if err == nil {
				err = pairs.add(rec)
			}
			for pairs.full() || err != nil && len(pairs.open) > 0 {
				if !yield(pairs.pop(), nil) {
					return
				}
			}
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(Exchange{}, err)
				return
			}
		}
	}
}

// pairing holds exchanges whose records may not all have come yet.
type pairing struct {
	open   []*openExchange
	bytes  int64
	budget int64
}

type openExchange struct {
	Exchange
	ids   []string // of its records, and those that they name
	bytes int64
}

func (p *pairing) full() bool {
	return len(p.open) > openExchanges || len(p.open) > 1 && p.bytes > p.budget
}

func (p *pairing) pop() Exchange {
	first := p.open[0]
	p.open, p.bytes = p.open[1:], p.bytes-first.bytes
	return first.Exchange
}

// add takes a record into the exchange that it belongs to.
func (p *pairing) add(rec *Record) error {
	kind := rec.Type()
	if kind != TypeRequest && kind != TypeResponse && kind != TypeMetadata {
		return nil
	}
	block, err := rec.Block()
	if err != nil {
		return err
	}
	if _, err := rec.End(); err != nil { // a gzip checksum stands behind the block
		return err
	}
	ids := append(rec.ConcurrentTo(), rec.ID())
	x := p.find(ids, kind)
	if x == nil && kind == TypeMetadata {
		return nil
	}
	if x == nil {
		x = &openExchange{Exchange: Exchange{URL: rec.TargetURI()}}
		p.open = append(p.open, x)
	}
	x.ids = append(x.ids, ids...)
	x.bytes += int64(len(block))
	p.bytes += int64(len(block))
	x.take(rec.Header, block)
	return nil
}

func (p *pairing) find(ids []string, kind Type) *openExchange {
	for _, x := range p.open {
		taken := kind == TypeRequest && x.RequestID != "" || kind == TypeResponse && x.ResponseID != ""
		if !taken && slices.ContainsFunc(ids, func(id string) bool { return id != "" && slices.Contains(x.ids, id) }) {
			return x
		}
	}
	return nil
}

// take is lenient: a date that is none leaves the time zero, and notes in
// another form than named fields (some crawlers write JSON) are passed over.
func (x *openExchange) take(h Header, block []byte) {
	at, _ := h.Date()
	if ip := h.IP(); ip.IsValid() {
		x.IP = ip
	}
	switch h.Type() {
	case TypeRequest:
		x.Time, x.Request, x.RequestID = at, block, h.ID()
	case TypeResponse:
		x.Response, x.ResponseID, x.Truncated = block, h.ID(), h.Get("WARC-Truncated")
		if x.RequestID == "" {
			x.Time = at
		}
	case TypeMetadata:
		if notes, err := ParseFields(block); err == nil {
			x.Notes = notes
		}
	}
}

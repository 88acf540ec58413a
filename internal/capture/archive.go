package capture

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/warc"
)

// archive is a WARC file that flows into the blob store while it is written, so that no
// more than one exchange of it is in memory.
type archive struct {
	*pen
	pipe   *io.PipeWriter
	stored chan stored
	now    time.Time
	begun  bool
}

type stored struct {
	sum  blob.Sum
	size int64
	err  error
}

// pen is a WARC writer and the buffer that it writes into. A compressor weighs a megabyte,
// so pens are used again; one that wrote half a record is not.
type pen struct {
	warc   *warc.Writer
	buffer *bufio.Writer
}

var pens = sync.Pool{New: func() any {
	buffer := bufio.NewWriterSize(nil, pipeBuffer)
	w := warc.NewWriter(buffer)
	w.Level = gzip.BestSpeed // most of what is captured are media, compressed already
	return &pen{w, buffer}
}}

// pipeBuffer is large enough for most captures to go over in one piece.
const pipeBuffer = 64 << 10

func openArchive(ctx context.Context, store *blob.Store, now time.Time) *archive {
	from, to := io.Pipe()
	a := &archive{pen: pens.Get().(*pen), pipe: to, stored: make(chan stored, 1), now: now}
	a.buffer.Reset(to)
	go func() {
		var s stored
		s.sum, s.size, s.err = store.Put(ctx, from)
		from.CloseWithError(s.err)
		a.stored <- s
	}()
	return a
}

// add writes all hops of an answer. via is the page that named it, empty for the page
// itself; failed says that the last exchange did not end well.
func (a *archive) add(resp *fetch.Response, via string, failed bool) error {
	if !a.begun {
		a.begun = true
		info := warc.Header{{Name: "software", Value: "Argine"}, {Name: "description", Value: "capture of one item: its page and the media that the page names"}}
		if err := a.warc.WriteInfo("capture-"+a.now.UTC().Format("20060102150405")+".warc.gz", a.now, info); err != nil {
			return err
		}
	}
	for i, hop := range resp.Hops {
		x := warc.Exchange{URL: shownURL(hop.URL), Time: hop.Time, IP: hop.RemoteIP, Request: hop.RequestRaw, Response: hop.ResponseRaw}
		if i == len(resp.Hops)-1 {
			x.Truncated = cutBy(resp, failed)
		}
		x.Notes = notes(resp, i, via)
		if err := a.warc.WriteExchange(x); err != nil {
			return err
		}
	}
	return nil
}

// notes say how the crawler came to ask for this: via and hopsFromSeed are the fields that
// WARC 1.1 (clause 6.6, examples) and Heritrix use; R is a redirect, E an embedded medium.
func notes(resp *fetch.Response, hop int, via string) warc.Header {
	path := ""
	if via != "" {
		path = "E"
	}
	for range hop {
		path += "R"
	}
	if hop > 0 {
		via = resp.Hops[hop-1].URL
	}
	if path == "" {
		return nil
	}
	return warc.Header{{Name: "via", Value: shownURL(via)}, {Name: "hopsFromSeed", Value: path}}
}

// cutBy gives the reason for a response that is cut short, in the words of WARC 1.1, 5.13.
func cutBy(resp *fetch.Response, failed bool) string {
	switch {
	case failed && brokeOff(resp):
		return "disconnect"
	case resp.Truncated:
		return "length"
	}
	return ""
}

// close ends the file and returns what it is called in the store. The archive is not used
// after that but to be abandoned, which then does nothing.
func (a *archive) close() (blob.Sum, int64, error) {
	err := a.buffer.Flush()
	a.pipe.CloseWithError(err)
	s := <-a.stored
	a.stored <- s
	if err = errors.Join(err, s.err); err == nil {
		a.buffer.Reset(nil)
		pens.Put(a.pen)
	}
	return s.sum, s.size, err
}

var errAbandoned = errors.New("the capture was not finished")

// abandon ends the file without keeping it, unless it was closed before.
func (a *archive) abandon() {
	a.pipe.CloseWithError(errAbandoned)
	<-a.stored
}

package warc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// IndexEntry is one line of a CDXJ index: where the capture of a URL stands.
type IndexEntry struct {
	Key            string    // SURT of URL
	Time           time.Time // to the second, as is the custom
	URL            string
	MIME           string // "warc/revisit" for a revisit
	Status         int    // of HTTP, 0 if there is none
	Digest         string // of the payload
	Filename       string // of the WARC file, without folder
	Offset, Length int64  // of the record in the file
}

const indexTime = "20060102150405"

// indexJSON is the third part of a line. Numbers are strings there in the
// files of most tools; both are read.
type indexJSON struct {
	URL      string     `json:"url"`
	MIME     string     `json:"mime,omitempty"`
	Status   textNumber `json:"status,omitempty"`
	Digest   string     `json:"digest,omitempty"`
	Length   textNumber `json:"length"`
	Offset   textNumber `json:"offset"`
	Filename string     `json:"filename"`
}

type textNumber string

func (n *textNumber) UnmarshalJSON(data []byte) error {
	*n = textNumber(bytes.Trim(data, `"`))
	return nil
}

// String gives the line without a line end.
func (e IndexEntry) String() string {
	body := indexJSON{
		URL: e.URL, MIME: e.MIME, Digest: e.Digest, Filename: e.Filename,
		Length: textNumber(strconv.FormatInt(e.Length, 10)),
		Offset: textNumber(strconv.FormatInt(e.Offset, 10)),
	}
	if e.Status != 0 {
		body.Status = textNumber(strconv.Itoa(e.Status))
	}
	return e.Key + " " + e.Time.UTC().Format(indexTime) + " " + string(compactJSON(body))
}

// compactJSON is JSON on one line that leaves < > & as they are.
func compactJSON(v any) []byte {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // only for types that JSON cannot hold; ours are strings and numbers
	}
	return bytes.TrimRight(text.Bytes(), "\n")
}

// ParseIndexLine reads one line of a CDXJ index.
func ParseIndexLine(line string) (IndexEntry, error) {
	key, rest, _ := strings.Cut(line, " ")
	stamp, text, found := strings.Cut(rest, " ")
	if !found || len(stamp) < len(indexTime) {
		return IndexEntry{}, fmt.Errorf("warc: index line %.60q: key, time and JSON are needed", line)
	}
	at, err := time.Parse(indexTime, stamp[:len(indexTime)])
	if err != nil {
		return IndexEntry{}, fmt.Errorf("warc: index line %.60q: %.20q is no time", line, stamp)
	}
	var body indexJSON
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		return IndexEntry{}, fmt.Errorf("warc: index line %.60q: %w", line, err)
	}
	e := IndexEntry{Key: key, Time: at, URL: body.URL, MIME: body.MIME, Digest: body.Digest, Filename: body.Filename}
	var errs [2]error
	e.Offset, errs[0] = strconv.ParseInt(string(body.Offset), 10, 64)
	e.Length, errs[1] = strconv.ParseInt(string(body.Length), 10, 64)
	e.Status, _ = strconv.Atoi(string(body.Status)) // "-" or nothing where there was no HTTP
	if err := errors.Join(errs[:]...); err != nil || e.Offset < 0 || e.Length < 0 || e.Filename == "" {
		return IndexEntry{}, fmt.Errorf("warc: index line %.60q: offset, length and filename are needed", line)
	}
	return e, nil
}

// Index lists the captures of a WARC file, in the order of the file. Requests,
// warcinfo records and notes have no line of their own.
func Index(r io.Reader, filename string, limits Limits) ([]IndexEntry, error) {
	entries, _, err := scan(NewReader(r, limits), filename, nil)
	return entries, err
}

// SortIndex sorts by the bytes of the lines, which is what binary search in
// the file relies on.
func SortIndex(entries []IndexEntry) {
	slices.SortStableFunc(entries, func(a, b IndexEntry) int { return strings.Compare(a.String(), b.String()) })
}

// scan goes through all records, hands each to visit if that is not nil, and
// returns the index and the number of records.
func scan(in *Reader, filename string, visit func(*Record, []byte) error) (entries []IndexEntry, n int, err error) {
	for {
		rec, err := in.Next()
		if err == io.EOF {
			return entries, n, nil
		}
		if err != nil {
			return entries, n, err
		}
		block, err := rec.Block()
		if err != nil {
			return entries, n, err
		}
		end, err := rec.End()
		if err != nil {
			return entries, n, err
		}
		n++
		if visit != nil {
			if err := visit(rec, block); err != nil {
				return entries, n, err
			}
		}
		e, ok := indexRecord(rec.Header, block)
		if !ok {
			continue
		}
		if rec.Shared {
			return entries, n, rec.fault(errors.New("it cannot be indexed: it has no gzip member of its own"))
		}
		e.Filename, e.Offset, e.Length = filename, rec.Offset, end-rec.Offset
		entries = append(entries, e)
	}
}

func indexRecord(h Header, block []byte) (IndexEntry, bool) {
	e := IndexEntry{URL: h.TargetURI(), Digest: h.Get("WARC-Payload-Digest")}
	e.Time, _ = h.Date()
	contentType, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	e.MIME = strings.TrimSpace(contentType)
	switch h.Type() {
	case TypeResponse, TypeRevisit:
		if r, err := ParseResponse(block); err == nil {
			e.Status, e.MIME = r.Status, r.MediaType()
		}
		if h.Type() == TypeRevisit {
			e.MIME = "warc/revisit"
		}
	case TypeResource, TypeMetadata, TypeConversion:
		if e.MIME == ContentFields {
			return e, false
		}
	default:
		return e, false
	}
	if e.Digest == "" {
		e.Digest = Digest(block)
	}
	e.Key = SURT(e.URL)
	return e, e.URL != ""
}

package media

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html/charset"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/capture"
	"github.com/argine/argine/internal/sandbox"
)

// What one document may cost. A magazine of 100 pages takes a second or two.
const (
	largestDocument  = 100 << 20        // bytes
	documentPages    = "500"            // that are looked at
	documentTime     = 30 * time.Second // for each program that reads it
	documentPictures = 20               // that are taken out
)

// insideDocument puts the text and the pictures of a document into the store. The pictures
// have the document's URL with "#picture-N", so that a match leads to the document. What
// cannot be read gives a fault, what is no document nothing; it fails only where the store
// does or ctx ends.
func insideDocument(ctx context.Context, store *blob.Store, f capture.Found) (text blob.Sum, pictures []capture.Found, fault string, err error) {
	switch {
	case f.MIME != "application/pdf" && f.MIME != "text/plain":
		return text, nil, "", nil
	case f.Size > largestDocument:
		return text, nil, FaultTooLarge, nil
	case f.MIME == "text/plain":
		text, err = plainText(ctx, store, f)
		return text, nil, "", err
	}
	file, remove, err := onDisk(ctx, store, f.Sum, nil)
	if err != nil {
		return text, nil, "", err
	}
	defer remove()
	d := document{found: f, store: store, file: file}
	written, fault, err := d.text(ctx)
	if err == nil && written != "" {
		text, err = store.PutBytes(ctx, []byte(written))
	}
	if err != nil || fault == FaultNoDecoder || fault == FaultDamaged {
		return text, nil, fault, err
	}
	pictures, err = d.pictures(ctx)
	return text, pictures, fault, err
}

// plainText keeps a file of text as UTF-8.
func plainText(ctx context.Context, store *blob.Store, f capture.Found) (blob.Sum, error) {
	r, err := store.Get(ctx, f.Sum)
	if err != nil {
		return blob.Sum{}, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, 4*longestText)) // four bytes make at most one letter
	if err == nil {
		_, err = io.Copy(io.Discard, r) // to the end, so that its digest is checked
	}
	if err != nil {
		return blob.Sum{}, err
	}
	decoded, err := charset.NewReader(bytes.NewReader(data), f.MIME)
	if err != nil {
		return blob.Sum{}, nil // an empty file
	}
	// A letter that was cut off at the end of what is read goes.
	text, _ := io.ReadAll(io.LimitReader(decoded, longestText))
	written := tidy(string(text))
	if written == "" {
		return blob.Sum{}, nil
	}
	return store.PutBytes(ctx, []byte(written))
}

// document is a PDF, read by the programs of poppler.
type document struct {
	found capture.Found
	store *blob.Store
	file  string
}

// characterMaps is where Debian's poppler-data has the encodings of Chinese, Japanese and
// Korean documents that do not bring their own.
const characterMaps = "/usr/share/poppler"

// run starts one of the programs; scratch is where it may write, or "".
func (d *document) run(ctx context.Context, name string, args []string, output int64, scratch string, out io.Writer) error {
	done, err := turn(ctx)
	if err != nil {
		return err
	}
	defer done()
	p := sandbox.Program{
		Name: name, Args: args, Read: []string{d.file}, Scratch: scratch, Package: "poppler-utils",
		Limits: sandbox.Limits{Wall: min(documentTime, timeFor(ctx)), Memory: 1 << 30, Output: output, File: largestFile},
	}
	if _, err := os.Stat(characterMaps); err == nil {
		p.Read = append(p.Read, characterMaps)
	}
	return sandbox.Run(ctx, p, out)
}

// text gives the document's text in reading order, up to the longest that is compared.
func (d *document) text(ctx context.Context) (text, fault string, err error) {
	var out bytes.Buffer
	err = d.run(ctx, "pdftotext", []string{"-q", "-enc", "UTF-8", "-nopgbrk", "-l", documentPages, d.file, "-"}, longestText, "", &out)
	if err != nil && !errors.Is(err, sandbox.ErrOutput) {
		fault, err = decoderFault(err)
		return tidy(out.String()), fault, err
	}
	return tidy(out.String()), "", nil
}

// directions are the marks (UAX #9) that pdftotext puts around each line of a document in
// which some text runs from right to left; the letters stand in reading order without them.
// With them goes the byte order mark of files.
var directions = strings.NewReplacer("\u202a", "", "\u202b", "", "\u202c", "", "\u202d", "", "\u202e", "", "\u200e", "", "\u200f", "", "\ufeff", "")

// tidy makes a text valid UTF-8 without control characters, and empty where nothing shows.
func tidy(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == utf8.RuneError {
			return -1
		}
		return r
	}, directions.Replace(strings.ToValidUTF8(text, "")))
	return strings.TrimSpace(text)
}

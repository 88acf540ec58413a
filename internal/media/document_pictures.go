package media

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/argine/argine/internal/capture"
)

const (
	ornament     = 64        // pixels: what is narrower or lower is a line, a dot, a button
	pagePictures = 100       // a page of more is a drawing out of scraps
	pagePixels   = 100 << 20 // of all pictures of a page; 4 bytes each on the disk at worst
	picturesTime = 90 * time.Second
)

// listed is a picture as pdfimages lists it.
type listed struct {
	page, number  int // number on the page, with masks and scraps counted
	width, height int
	kind, object  string
}

// pictures puts the document's pictures into the store, at most documentPictures. A page at
// a time: a document of a few kilobytes can hold terabytes of pixels.
func (d *document) pictures(ctx context.Context) (list []capture.Found, err error) {
	var table bytes.Buffer
	err = d.run(ctx, "pdfimages", []string{"-q", "-list", "-l", documentPages, d.file}, 1<<20, "", &table)
	if _, err := decoderFault(err); err != nil {
		return nil, err
	}
	begun := time.Now()
	for _, page := range wanted(table.String()) {
		if len(list) == documentPictures || time.Since(begun) > picturesTime {
			break
		}
		if list, err = d.page(ctx, page, list); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// wanted groups by page the pictures that are worth taking out. A picture that stands on
// every page is taken once.
func wanted(table string) (pages [][]listed) {
	var page []listed
	met := map[string]bool{}
	for line := range strings.Lines(table) {
		p, ok := readListed(line)
		if !ok {
			continue
		}
		if len(page) > 0 && page[0].page != p.page {
			pages, page = appendPage(pages, page, met), nil
		}
		p.number = len(page)
		page = append(page, p)
	}
	return appendPage(pages, page, met)
}

// appendPage leaves a page out that would cost too much, and what is no picture of its own.
func appendPage(pages [][]listed, page []listed, met map[string]bool) [][]listed {
	pixels := 0
	for _, p := range page {
		pixels += min(p.width*p.height, pagePixels+1)
	}
	if pixels > pagePixels || len(page) > pagePictures {
		return pages
	}
	var worth []listed
	for _, p := range page {
		if p.kind == "image" && p.width >= ornament && p.height >= ornament && p.width*p.height <= mostPixels && !met[p.object] {
			met[p.object] = p.object != "[inline]"
			worth = append(worth, p)
		}
	}
	if len(worth) == 0 {
		return pages
	}
	return append(pages, worth)
}

// readListed reads a line of the table: page, number, type, width, height, colour,
// components, bits, encoding, interpolation, object number and generation (or "[inline]") …
func readListed(line string) (p listed, ok bool) {
	f := strings.Fields(line)
	if len(f) < 11 {
		return p, false
	}
	var errs [3]error
	p.page, errs[0] = strconv.Atoi(f[0])
	p.width, errs[1] = strconv.Atoi(f[3])
	p.height, errs[2] = strconv.Atoi(f[4])
	p.kind, p.object = f[2], f[10]
	const side = 1 << 24 // so that products stay numbers
	return p, errs == [3]error{} && p.page > 0 && p.width > 0 && p.height > 0 && p.width < side && p.height < side
}

// page takes the pictures of one page out, as many as could be read: a JPEG as it stands in the document, so that it
// is the same file that others have, all else as PNG.
func (d *document) page(ctx context.Context, page []listed, list []capture.Found) ([]capture.Found, error) {
	scratch, err := os.MkdirTemp("", "argine-document-")
	if err != nil {
		return nil, noRoom(err)
	}
	defer os.RemoveAll(scratch)
	n := strconv.Itoa(page[0].page)
	err = d.run(ctx, "pdfimages", []string{"-q", "-j", "-png", "-f", n, "-l", n, d.file, "p"}, 1<<16, scratch, io.Discard)
	if _, err := decoderFault(err); err != nil {
		return nil, err
	}
	for _, p := range page {
		data, mime := taken(scratch, p.number)
		if len(data) == 0 || len(list) == documentPictures {
			continue
		}
		sum, err := d.store.PutBytes(ctx, data)
		if err != nil {
			return nil, err
		}
		list = append(list, capture.Found{URL: fmt.Sprintf("%s#picture-%d", d.found.URL, len(list)+1), MIME: mime, Sum: sum, Size: int64(len(data))})
	}
	return list, nil
}

// taken reads what pdfimages made of a page's picture.
func taken(scratch string, number int) (data []byte, mime string) {
	name := filepath.Join(scratch, fmt.Sprintf("p-%03d", number))
	if data, err := os.ReadFile(name + ".jpg"); err == nil {
		return data, "image/jpeg"
	}
	data, _ = os.ReadFile(name + ".png")
	return data, "image/png"
}

package media

import (
	"context"
	"io"
	"strings"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/capture"
	"github.com/argine/argine/sound"
	"github.com/argine/argine/vpdq"
)

// Extract makes the fingerprints of a capture's media and text from the blob store, and of
// the texts and pictures inside its documents. It fails only where the store does.
func Extract(ctx context.Context, store *blob.Store, found []capture.Found, text blob.Sum) (Extracted, error) {
	var out Extracted
	if err := out.text(ctx, store, text, ""); err != nil {
		return Extracted{}, err
	}
	for _, f := range found {
		m, err := one(ctx, store, f)
		if err != nil {
			return Extracted{}, err
		}
		inside, pictures, fault, err := insideDocument(ctx, store, f)
		if err != nil {
			return Extracted{}, err
		}
		if fault != "" {
			m.Fault = fault
		}
		out.Media = append(out.Media, m)
		if err := out.text(ctx, store, inside, m.SHA256); err != nil {
			return Extracted{}, err
		}
		for _, p := range pictures {
			if m, err = one(ctx, store, p); err != nil {
				return Extracted{}, err
			}
			out.Media = append(out.Media, m)
		}
	}
	return out, nil
}

// text adds a text of a medium, or of the page, if it has any letters.
func (e *Extracted) text(ctx context.Context, store *blob.Store, text blob.Sum, medium string) error {
	p, err := printOf(ctx, store, text, medium)
	if err == nil && p.Digest != "" {
		e.Texts = append(e.Texts, p)
	}
	return err
}

// one reads a medium once: whole if it is a picture, onto the disk if a program of others is
// to read it, and in passing if not. The store checks the SHA-256 of what it gives.
func one(ctx context.Context, store *blob.Store, f capture.Found) (Medium, error) {
	m := Medium{SHA256: f.Sum.String(), MIME: f.MIME, Size: f.Size, URL: f.URL}
	if strings.HasPrefix(f.MIME, "image/") && f.Size <= largestFile {
		data, err := store.Bytes(ctx, f.Sum, largestFile)
		if err != nil {
			return m, err
		}
		d := newDigester()
		d.Write(data)
		d.into(&m)
		if err := m.picture(ctx, data); err != nil || !animated(data) {
			return m, err
		}
		return m, m.filmed(ctx, store, f.Sum, nil)
	}
	if strings.HasPrefix(f.MIME, "image/") {
		m.Fault = FaultTooLarge
	}
	d := newDigester()
	if isFilm(f.MIME) {
		err := m.filmed(ctx, store, f.Sum, d)
		d.into(&m)
		return m, err
	}
	r, err := store.Get(ctx, f.Sum)
	if err != nil {
		return m, err
	}
	defer r.Close()
	if _, err := io.Copy(d, r); err != nil {
		return m, err
	}
	d.into(&m)
	return m, nil
}

// isFilm reports whether ffmpeg is to read bytes of a kind.
func isFilm(mime string) bool {
	return strings.HasPrefix(mime, "video/") || strings.HasPrefix(mime, "audio/") || mime == "application/ogg"
}

// filmed fills in what a film's frames and its sound tell, and gives its bytes to seen.
func (m *Medium) filmed(ctx context.Context, store *blob.Store, sum blob.Sum, seen io.Writer) error {
	file, remove, err := onDisk(ctx, store, sum, seen)
	if err != nil {
		return err
	}
	defer remove()
	film, err := ReadFilm(ctx, file, false)
	if err != nil {
		m.Fault, err = decoderFault(err)
		return err
	}
	if film.Fault != "" || m.PDQ == "" { // the fault of an animation's first picture stays where the film has none
		m.Fault = film.Fault
	}
	m.DurationMS = film.Duration.Milliseconds()
	if film.Width > 0 {
		m.Width, m.Height = film.Width, film.Height
	}
	if len(film.Features) > 0 {
		if m.Video, err = store.PutBytes(ctx, vpdq.Format(film.Features)); err != nil {
			return err
		}
	}
	if !film.Sound {
		return nil
	}
	return m.heard(ctx, store, file)
}

// heard fills in what the sound tells. Silence and the like tell nothing and are not kept.
func (m *Medium) heard(ctx context.Context, store *blob.Store, file string) error {
	print, err := ReadSound(ctx, file)
	if err != nil {
		fault, err := decoderFault(err)
		if m.Fault == "" {
			m.Fault = fault
		}
		return err
	}
	if len(print.Windows(1)) == 0 {
		return nil
	}
	m.Sound, err = store.PutBytes(ctx, sound.Format(print))
	return err
}

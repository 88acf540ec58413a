package sim

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"strconv"
	"strings"
	"sync"

	"github.com/argine/argine/pdq"
)

// medium is one picture: a family of pictures that resemble each other, and its form.
type medium struct {
	family int
	form   form
}

// extension is the format that the medium is encoded in.
func (m medium) extension() string {
	if m.form == formOriginal {
		switch n := m.family * 7 % pictureFormats; {
		case n < pngShare:
			return "png"
		case n < pngShare+gifShare:
			return "gif"
		}
	}
	return "jpg"
}

var mimes = map[string]string{"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif"}

// path is where each platform has the medium.
func (m medium) path() string { return fmt.Sprintf("/media/%d-%d.%s", m.family, m.form, m.extension()) }

// mediumAt reads a path that path made.
func mediumAt(path string, families int) (medium, bool) {
	rest, _ := strings.CutPrefix(path, "/media/")
	name, ext, _ := strings.Cut(rest, ".")
	first, second, _ := strings.Cut(name, "-")
	f, err1 := strconv.Atoi(first)
	k, err2 := strconv.Atoi(second)
	if err1 != nil || err2 != nil || f < 0 || f >= families || k < 0 || k >= int(forms) {
		return medium{}, false
	}
	m := medium{f, form(k)}
	return m, m.extension() == ext
}

// shelf makes media when they are asked for and keeps the newest few, because pages are
// looked at in bursts and many share media.
type shelf struct {
	seed int64
	mu   sync.Mutex
	kept map[medium][]byte
	ring [256]medium
	next int
}

func newShelf(seed int64) *shelf { return &shelf{seed: seed, kept: map[medium][]byte{}} }

// bytes gives the medium as its platform serves it.
func (s *shelf) bytes(m medium) []byte {
	s.mu.Lock()
	b, ok := s.kept[m]
	s.mu.Unlock()
	if ok {
		return b
	}
	b = render(s.seed, m)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.kept[m]; !ok {
		delete(s.kept, s.ring[s.next])
		s.ring[s.next], s.kept[m] = m, b
		s.next = (s.next + 1) % len(s.ring)
	}
	return b
}

// sha256 and md5 are digests of the medium's bytes.
func (s *shelf) sha256(m medium) string {
	sum := sha256.Sum256(s.bytes(m))
	return hex.EncodeToString(sum[:])
}

func (s *shelf) md5(m medium) string {
	sum := md5.Sum(s.bytes(m))
	return hex.EncodeToString(sum[:])
}

// pdq is the perceptual hash of the medium as whoever downloads it sees it.
func (s *shelf) pdq(m medium) (pdq.Hash, int) {
	img, _, err := image.Decode(bytes.NewReader(render(s.seed, m)))
	if err != nil {
		panic(err) // we encoded it
	}
	return pdq.FromImage(img)
}

package media

import (
	"bytes"
	"context"
	"errors"
	"image"
	"sync"

	"github.com/argine/argine/pdq"
)

// largestFile is the longest picture file that is decoded, in bytes. Captures hold none
// that is longer but the one that a link leads to directly.
const largestFile = 48 << 20

// Decoding takes up to 15 bytes a pixel. Pictures of the common sizes are decoded side by
// side; of the large ones, which a stranger chooses to be large, one at a time.
const (
	commonPixels = 4_000_000
	mostPixels   = 40_000_000
)

var largeTurn = make(chan struct{}, 1)

var hashers = sync.Pool{New: func() any { return new(pdq.Hasher) }}

// picture fills in what only a decoded picture tells. An error is the end of ctx.
func (m *Medium) picture(ctx context.Context, data []byte) error {
	img, err := decode(data, commonPixels)
	if errors.Is(err, pdq.ErrTooLarge) {
		select {
		case largeTurn <- struct{}{}:
			defer func() { <-largeTurn }()
		case <-ctx.Done():
			return ctx.Err()
		}
		img, err = decode(data, mostPixels)
	}
	if err != nil {
		m.Fault = faultOf(err)
		return nil
	}
	m.Width, m.Height = img.Bounds().Dx(), img.Bounds().Dy()
	if m.Width < pdq.MinSide || m.Height < pdq.MinSide {
		m.Fault = FaultTooSmall
		return nil
	}
	m.hash(img)
	return nil
}

func decode(data []byte, pixels int) (image.Image, error) {
	img, _, err := pdq.Decode(bytes.NewReader(data), pdq.Limits{MaxPixels: pixels, MaxBytes: largestFile})
	return img, err
}

// hash survives a picture that its decoder let through though its parts do not fit together:
// one file must not end the program that looks at thousands.
func (m *Medium) hash(img image.Image) {
	defer func() {
		if recover() != nil {
			m.PDQ, m.Quality, m.Fault = "", 0, FaultDamaged
		}
	}()
	h := hashers.Get().(*pdq.Hasher)
	hash, quality := h.FromImage(img)
	hashers.Put(h)
	m.PDQ, m.Quality = hash.String(), quality
}

func faultOf(err error) string {
	switch {
	case errors.Is(err, pdq.ErrTooLarge):
		return FaultTooLarge
	case errors.Is(err, pdq.ErrTooSmall):
		return FaultTooSmall
	case errors.Is(err, pdq.ErrTruncated):
		return FaultTruncated
	case errors.Is(err, pdq.ErrFormat):
		return FaultFormat
	}
	return FaultDamaged
}

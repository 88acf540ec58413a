package match

import (
	"math"

	"github.com/argine/argine/hamming"
	"github.com/argine/argine/sound"
)

// Two sounds match when most of either is in the other, or when they run alike for a while.
// Package sound believes five seconds; a jingle has as much.
const (
	soundPercent = 80.0
	soundSeconds = 10.0
)

// sounds finds recordings by windows within sound.Radius.
type sounds struct{ parts }

func newSounds() finder { return &sounds{newParts()} }

func (s *sounds) insert(key uint64, features []byte) error {
	windows, err := windowsOf(features, sound.Stride)
	if err == nil {
		s.put(key, windows)
	}
	return err
}

func (s *sounds) near(features []byte) ([]uint64, error) {
	windows, err := windowsOf(features, 1)
	if err != nil {
		return nil, err
	}
	return s.vote(windows, sound.Radius), nil
}

func windowsOf(features []byte, stride int) (windows []hamming.Bits, err error) {
	print, err := sound.Parse(features)
	for _, w := range print.Windows(stride) {
		windows = append(windows, w.Bits)
	}
	return windows, err
}

func compareSounds(query, bank []byte) (l likeness, ok bool, err error) {
	q, err := sound.Parse(query)
	if err != nil {
		return l, false, err
	}
	b, err := sound.Parse(bank)
	if err != nil {
		return l, false, err
	}
	r := sound.Compare(q, b)
	if len(r.Spans) == 0 {
		return l, false, nil
	}
	ok = r.QueryPercent >= soundPercent || r.BankPercent >= soundPercent
	bits, length := 0.0, 0.0
	for _, s := range r.Spans {
		seconds := s.Bank.To - s.Bank.From
		ok = ok || seconds >= soundSeconds
		bits, length = bits+s.ErrorRate*hamming.Width*seconds, length+seconds
	}
	return likeness{int(math.Round(bits / length)), millionths(r.BankPercent), millionths(r.QueryPercent)}, ok, nil
}

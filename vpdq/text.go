package vpdq

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/argine/argine/pdq"
)

// Format writes a film in the reference's text form, a line for each frame:
// frame,quality,hash,seconds.
func Format(film []Feature) []byte {
	out := make([]byte, 0, 85*len(film))
	for _, f := range film {
		out = fmt.Appendf(out, "%d,%d,%s,%.3f\n", f.Frame, f.Quality, f.Hash, f.Second)
	}
	return out
}

// FormatJSON writes a film as the signal of python-threatexchange that Hasher-Matcher-Actioner
// exchanges: an array of texts "hash,quality,seconds".
func FormatJSON(film []Feature) []byte {
	list := make([]string, len(film))
	for i, f := range film {
		list[i] = fmt.Sprintf("%s,%d,%.3f", f.Hash, f.Quality, f.Second)
	}
	out, _ := json.Marshal(list) // texts always have a JSON form
	return out
}

// Parse reads a film in any of its forms: lines as [Format] writes, the array of
// [FormatJSON], or the object that older versions of python-threatexchange wrote, in which
// frame numbers are keys of {"quality", "hash", "timestamp"}. Empty text is an empty film.
func Parse(text []byte) ([]Feature, error) {
	text = bytes.TrimSpace(text)
	switch {
	case len(text) == 0:
		return nil, nil
	case text[0] == '[':
		return parseArray(text)
	case text[0] == '{':
		return parseObject(text)
	}
	var film []Feature
	number := 0
	for line := range bytes.Lines(text) {
		number++
		parts := strings.Split(strings.TrimSpace(string(line)), ",")
		if len(parts) != 4 {
			return nil, fmt.Errorf("vpdq: line %d has %d parts; it must be frame,quality,hash,seconds", number, len(parts))
		}
		frame, err := strconv.Atoi(parts[0])
		if err != nil || frame < 0 {
			return nil, fmt.Errorf("vpdq: line %d: %.40q is no number of a frame", number, parts[0])
		}
		f, err := feature(parts[2], parts[1], parts[3])
		if err != nil {
			return nil, fmt.Errorf("vpdq: line %d: %w", number, err)
		}
		f.Frame = frame
		film = append(film, f)
	}
	return film, nil
}

func parseArray(text []byte) ([]Feature, error) {
	var list []string
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf(`vpdq: not an array of texts "hash,quality,seconds": %w`, err)
	}
	film := make([]Feature, len(list))
	for i, s := range list {
		parts := strings.Split(s, ",")
		if len(parts) != 3 {
			return nil, fmt.Errorf("vpdq: feature %d has %d parts; it must be hash,quality,seconds", i+1, len(parts))
		}
		f, err := feature(parts[0], parts[1], parts[2])
		if err != nil {
			return nil, fmt.Errorf("vpdq: feature %d: %w", i+1, err)
		}
		f.Frame = i // the form has no numbers of frames
		film[i] = f
	}
	return film, nil
}

func parseObject(text []byte) ([]Feature, error) {
	var old map[string]struct {
		Quality   json.Number `json:"quality"`
		Hash      string      `json:"hash"`
		Timestamp json.Number `json:"timestamp"`
	}
	if err := json.Unmarshal(text, &old); err != nil {
		return nil, fmt.Errorf("vpdq: not an object of frames: %w", err)
	}
	film := make([]Feature, 0, len(old))
	for key, v := range old {
		frame, err := strconv.Atoi(key)
		if err != nil || frame < 0 {
			return nil, fmt.Errorf("vpdq: %.40q is no number of a frame", key)
		}
		f, err := feature(v.Hash, v.Quality.String(), v.Timestamp.String())
		if err != nil {
			return nil, fmt.Errorf("vpdq: frame %d: %w", frame, err)
		}
		f.Frame = frame
		film = append(film, f)
	}
	slices.SortFunc(film, func(a, b Feature) int { return a.Frame - b.Frame })
	return film, nil
}

func feature(hash, quality, seconds string) (f Feature, err error) {
	if f.Hash, err = pdq.ParseHash(strings.TrimSpace(hash)); err != nil {
		return f, err
	}
	if f.Quality, err = strconv.Atoi(strings.TrimSpace(quality)); err != nil || f.Quality < 0 || f.Quality > 100 {
		return f, fmt.Errorf("%.40q is no quality from 0 to 100", quality)
	}
	f.Second, err = strconv.ParseFloat(strings.TrimSpace(seconds), 64)
	if err != nil || !(f.Second >= 0) || math.IsInf(f.Second, 0) {
		return f, fmt.Errorf("%.40q is no time in seconds", seconds)
	}
	return f, nil
}

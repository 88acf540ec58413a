package match

import (
	"strings"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/lines"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/sound"
	"github.com/argine/argine/vpdq"
)

// HasFeatures reports whether an entry of the kind is found by features in the blob store, of
// which its value is the digest.
func HasFeatures(kind string) bool {
	return kind == KindVPDQ || kind == KindSound || kind == KindText
}

// cleanFeatures brings the features of a video or a sound, or a text, into the one form that
// is kept, and says under which digest.
func cleanFeatures(kind, value string) (sum, features string, err error) {
	if features = strings.TrimSpace(value); features == "" {
		return "", "", problem.New(problem.Invalid, "the value is empty; write the features of the %s there, or the text itself", kind)
	}
	if err := lines.Usable(features); err != nil {
		return "", "", err
	}
	switch kind {
	case KindVPDQ:
		film, err := vpdq.Parse([]byte(features))
		if err != nil || len(film) == 0 {
			return "", "", problem.Wrap(err, problem.Invalid, "the value is no features of a video; write a line frame,quality,hash,seconds for each frame, or their JSON form")
		}
		features = string(vpdq.Format(film))
	case KindSound:
		print, err := sound.Parse([]byte(features))
		if err != nil || len(print) == 0 {
			return "", "", problem.Wrap(err, problem.Invalid, "the value is no fingerprint of a sound; write it as `fpcalc -raw` does, its numbers with commas between them")
		}
		features = string(sound.Format(print))
	}
	return blob.SumOf([]byte(features)).String(), features, nil
}

// isSum reports whether a value is the digest of features: of an entry that is retracted, no
// more need be told.
func isSum(value string) bool {
	_, err := blob.Parse(value)
	return err == nil
}

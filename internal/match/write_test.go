package match

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/pdq"
	"github.com/argine/argine/vpdq"
)

// aLine draws an entry as a file would give it.
func aLine(t *rapid.T) EntryLine {
	text := rapid.StringMatching(`[a-zé=+ ",;\n\r\t']{0,20}`)
	told := toldEntry{Kind: rapid.SampledFrom([]string{KindPDQ, KindSHA256, KindMD5, KindSHA1, KindSHA512, KindTLSH, KindText, KindVPDQ, KindSound}).Draw(t, "kind"),
		Label: text.Draw(t, "label"), Provenance: text.Draw(t, "provenance"), Labels: rapid.SliceOfN(rapid.StringMatching(`[a-z,;"]{1,5}`), 0, 3).Draw(t, "labels")}
	switch told.Kind {
	case KindText:
		told.Value = rapid.StringMatching(`[a-zé ",;\n\r\t']{0,40}x`).Draw(t, "text")
	case KindVPDQ:
		var film []vpdq.Feature
		for i := range rapid.IntRange(1, 3).Draw(t, "frames") {
			film = append(film, vpdq.Feature{Frame: i, Second: float64(i), Quality: 80, Hash: pdq.Hash{byte(i), 1}})
		}
		told.Value = string(vpdq.Format(film))
	case KindSound:
		told.Value = rapid.StringMatching(`(FINGERPRINT=)?[1-9][0-9]{0,8}(,[1-9][0-9]{0,8}){0,4}`).Draw(t, "sound")
	case KindTLSH:
		told.Value = rapid.StringMatching(`(T1)?[0-9A-F]{70}`).Draw(t, "value")
	default:
		told.Value = rapid.StringMatching(fmt.Sprintf(`[0-9a-f]{%d}`, digits[told.Kind])).Draw(t, "value")
	}
	if rapid.Bool().Draw(t, "expires") {
		told.ExpiresAt = momentText(day(rapid.IntRange(1, 300).Draw(t, "day")).Add(time.Microsecond))
	}
	e, features, err := told.entry()
	if err != nil {
		t.Fatalf("%+v: %v", told, err)
	}
	return EntryLine{Entry: e, Features: features}
}

func TestExportImportRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		form := rapid.SampledFrom([]string{formCSV, formJSONL}).Draw(t, "form")
		all := rapid.Bool().Draw(t, "all")
		want := rapid.SliceOfN(rapid.Custom(aLine), 0, 10).Draw(t, "lines")
		var file bytes.Buffer
		out, err := NewEntryWriter(form, &file, all)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if all && rapid.Bool().Draw(t, "retracted") {
				want[i].RetractedAt, want[i].Why = day(3), "a reason"
			}
			if err := out.Write(want[i].Entry, want[i].Features); err != nil {
				t.Fatal(err)
			}
			want[i].Why = ""
		}
		if err := out.Flush(); err != nil {
			t.Fatal(err)
		}
		got := []EntryLine{}
		err = ReadEntries(form, bytes.NewReader(file.Bytes()), func(l EntryLine) error {
			l.Number = 0
			got = append(got, l)
			return nil
		})
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Fatalf("%v (-want +got):\n%s\n%s", err, diff, file.String())
		}
	})
	if _, err := NewEntryWriter("text/html", nil, false); !problem.Is(err, problem.UnsupportedMedia) {
		t.Errorf("another form gives %v", err)
	}
}

package hma_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// film is a made-up film of some seconds, or a skipped test where nothing makes films.
func film(t *testing.T, seconds int, size string) []byte {
	t.Helper()
	program, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not installed: apt-get install --no-install-recommends ffmpeg")
	}
	path := filepath.Join(t.TempDir(), "film.mp4")
	source := fmt.Sprintf("testsrc2=size=320x240:rate=5:duration=%d", seconds)
	if out, err := exec.Command(program, "-v", "error", "-f", "lavfi", "-i", source, "-s", size, "-pix_fmt", "yuv420p", path).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// feature is a frame as HMA's signal has it.
var feature = regexp.MustCompile(`^[0-9a-f]{64},\d+,\d+\.\d{3}$`)

// TestVideosHaveTheSignalOfHMA: the fingerprint of a video is an array of texts, wherever it is
// told and wherever it is asked for.
func TestVideosHaveTheSignalOfHMA(t *testing.T) {
	w := newWorld(t)
	w.get(post("/c/banks", `{"name":"FILMS"}`), nil)
	isSignal := func(signal string, least int) {
		t.Helper()
		var frames []string
		if err := json.Unmarshal([]byte(signal), &frames); err != nil || len(frames) < least {
			t.Fatalf("%d frames in %.80q: %v", len(frames), signal, err)
		}
		for _, f := range frames {
			if !feature.MatchString(f) {
				t.Errorf("the frame %q", f)
			}
		}
	}
	var added struct {
		ID      int64
		Signals map[string]string
	}
	w.get(form("/c/bank/FILMS/content", "video", film(t, 6, "320x240")), &added)
	isSignal(added.Signals["vpdq"], 6)
	var told struct{ Signals map[string]string }
	w.get(asked{method: "GET", path: fmt.Sprintf("/c/bank/FILMS/content/%d?include_signals=true", added.ID)}, &told)
	if told.Signals["vpdq"] != added.Signals["vpdq"] || told.Signals["video_md5"] != added.Signals["video_md5"] {
		t.Errorf("told as %v, added as %v", told.Signals, added.Signals)
	}

	smaller := film(t, 6, "200x150")
	var hashes map[string]string
	w.get(form("/h/hash", "video", smaller), &hashes)
	isSignal(hashes["vpdq"], 6)
	lookup := asked{method: "GET", path: "/m/lookup?signal_type=vpdq&signal=" + url.QueryEscape(hashes["vpdq"])}
	w.within(time.Second, lookup, holds(`{"FILMS":[{"bank_content_id":`))
	if got := w.call(form("/m/lookup", "video", smaller)); !holds(`"vpdq":{"FILMS":[{"bank_content_id":`)(got) || !holds(`"video_md5":{}`)(got) {
		t.Errorf("the smaller file: %s", got.body)
	}
	pair, err := json.Marshal(map[string][]string{"vpdq": {hashes["vpdq"], added.Signals["vpdq"]}})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.call(post("/m/compare", string(pair))); !holds(`{"vpdq":[true,{"query_match_percent":`)(got) {
		t.Errorf("compared: %s", got.body)
	}
	// What was made elsewhere is taken in that form.
	signal, err := json.Marshal(map[string]string{"vpdq": hashes["vpdq"]})
	if err != nil {
		t.Fatal(err)
	}
	var again struct{ Signals map[string]string }
	w.get(post("/c/bank/FILMS/signal", string(signal)), &again)
	if again.Signals["vpdq"] != hashes["vpdq"] {
		t.Errorf("%v, sent as %v", again.Signals, hashes)
	}
}

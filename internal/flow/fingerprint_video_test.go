package flow_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/vpdq"
)

// film is a made-up film of four seconds, or a skipped test where nothing makes films.
func film(t *testing.T) []byte {
	t.Helper()
	program, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not installed: apt-get install ffmpeg")
	}
	path := filepath.Join(t.TempDir(), "film.mp4")
	if out, err := exec.Command(program, "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=5:duration=4", "-pix_fmt", "yuv420p", path).CombinedOutput(); err != nil {
		t.Skipf("ffmpeg makes no film here: %v: %s", err, out)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestFingerprintsOfAVideo(t *testing.T) {
	data := film(t)
	got, err := flow.FingerprintOf(t.Context(), flow.Video, bytes.NewReader(data), -1)
	if err != nil || got.Missing != nil {
		t.Fatal(err, got.Missing)
	}
	features, err := vpdq.Parse([]byte(got.VPDQ))
	if err != nil || len(features) < 4 || len(got.MD5) != 32 || got.Size != int64(len(data)) {
		t.Errorf("%d features, %v; %+v", len(features), err, got)
	}
	bytesOnly, err := flow.FingerprintOf(t.Context(), flow.VideoBytes, bytes.NewReader(data), -1)
	if err != nil || bytesOnly.VPDQ != "" || bytesOnly.MD5 != got.MD5 {
		t.Errorf("%+v, %v", bytesOnly, err)
	}
	for name, bad := range map[string]string{"text": "this is text and no film\n", "nothing": ""} {
		if _, err := flow.FingerprintOf(t.Context(), flow.Video, strings.NewReader(bad), -1); !problem.Is(err, problem.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package web

import (
	"os"
	"sync"
	"testing"
)

// Making a world takes seconds, more with the race detector. Tests that can live with each
// other's traces share one; it lasts as long as the test program.
var lasting struct {
	once sync.Once
	tb   lastingTB
	w    *world
}

// lastingTB is a test whose folders and cleanups outlive it.
type lastingTB struct {
	testing.TB
	folders  []string
	cleanups []func()
}

func (l *lastingTB) Cleanup(fn func()) { l.cleanups = append(l.cleanups, fn) }

func (l *lastingTB) TempDir() string {
	dir, err := os.MkdirTemp("", "argine-web")
	if err != nil {
		l.Fatal(err)
	}
	l.folders = append(l.folders, dir)
	return dir
}

func TestMain(m *testing.M) {
	code := m.Run()
	for i := len(lasting.tb.cleanups) - 1; i >= 0; i-- {
		lasting.tb.cleanups[i]()
	}
	for _, dir := range lasting.tb.folders {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// sharedWorld is the world that tests share.
func sharedWorld(t *testing.T) *world {
	lasting.tb.TB = t
	lasting.once.Do(func() { lasting.w = sqliteWorld(&lasting.tb) })
	if lasting.w == nil {
		t.Fatal("the shared world could not be made; see the first test")
	}
	lasting.w.t = t
	return lasting.w
}

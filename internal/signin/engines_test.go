package signin

import (
	"testing"
	"time"

	"github.com/argine/argine/internal/sqldb/dbtest"
)

// clock is the clock of the databases; the test that runs owns it.
var clock moment

type moment struct{ now time.Time }

func (m *moment) read() time.Time { return m.now }

var shared = dbtest.Shared{Now: clock.read}

func TestMain(m *testing.M) { shared.Main(m) }

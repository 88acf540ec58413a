package job_test

import (
	"testing"

	"github.com/argine/argine/internal/sqldb/dbtest"
)

var shared dbtest.Shared

func TestMain(m *testing.M) { shared.Main(m) }

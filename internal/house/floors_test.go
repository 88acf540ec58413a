package house

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// floors is the house, from the ground up. A room imports only rooms of lower floors. The
// rooms of a floor do not import each other.
var floors = [][]string{
	{"problem"},
	{"law", "id", "link", "lines"},
	{"sqldb", "blob", "fetch", "sandbox", "press", "mailbox"},
	{"audit", "job"},
	{"item", "action", "platform", "auth", "report", "document", "register", "designation", "transparency", "correspondence"},
	{"capture", "recheck", "deconflict", "assess", "signin"},
	{"media", "refer", "order", "notice", "redress"},
	{"match", "deliver"},
	{"flow", "host"},
	{"desk"},
	{"api", "web", "hma"},
	{"app"},
}

// rootRooms are for others to import: public and pure.
var rootRooms = []string{"pdq", "vpdq", "sound", "minhash", "tlsh", "hamming", "warc", "client"}

const ground = 4 // floors that know nothing of the trade

// serving are packages that only who serves HTTP imports.
var serving = []string{"net/http/httptest", "github.com/danielgtaylor/huma/v2"}

func floorOf(room string) int {
	name := strings.Split(strings.TrimPrefix(room, "internal/"), "/")[0]
	for i, rooms := range floors {
		if slices.Contains(rooms, name) {
			return i + 1
		}
	}
	return 0
}

func TestARoomImportsOnlyRoomsBelowIt(t *testing.T) {
	for _, f := range sources(t) {
		if f.test || !strings.HasPrefix(f.room, "internal/") || f.room == "internal/house" {
			continue
		}
		mine := floorOf(f.room)
		if mine == 0 {
			t.Errorf("%s: the room %s stands on no floor; give it one in floors and in ARCHITECTURE.md", f.path, f.room)
			continue
		}
		for _, imported := range f.imports {
			if !strings.HasPrefix(imported, "internal/") || sameRoom(f.room, imported) {
				continue
			}
			if theirs := floorOf(imported); theirs >= mine {
				t.Errorf("%s (floor %d) imports %s (floor %d): a room imports only rooms below it", f.path, mine, imported, theirs)
			}
		}
	}
}

func sameRoom(a, b string) bool {
	first := func(room string) string { return strings.Split(strings.TrimPrefix(room, "internal/"), "/")[0] }
	return first(a) == first(b)
}

func TestRootRoomsArePure(t *testing.T) {
	for _, f := range sources(t) {
		if f.test || !slices.Contains(rootRooms, strings.Split(f.room, "/")[0]) {
			continue
		}
		for _, imported := range f.imports {
			if strings.HasPrefix(imported, "internal/") {
				t.Errorf("%s imports %s: a root room is for others to import", f.path, imported)
			}
		}
	}
}

// onlyIn says which outside package may be imported by which rooms alone, and why.
var onlyIn = []struct {
	path  string
	rooms []string
	why   string
}{
	{"modernc.org/sqlite", []string{"internal/sqldb"}, "only sqldb knows a database driver"},
	{"github.com/jackc/pgx/v5", []string{"internal/sqldb", "internal/sqldb/dbtest"}, "only sqldb knows a database driver"},
	{"github.com/jackc/pgx/v5/pgxpool", []string{"internal/sqldb"}, "only sqldb knows a database driver"},
	{"github.com/riverqueue/river", []string{"internal/job"}, "only job knows the queue's library"},
	{"database/sql", []string{"internal/sqldb", "internal/job", "internal/blob"}, "statements run through sqldb; job's library wants its own transaction type, blob gives a digest its column form"},
	{"internal/fetch", []string{"internal/capture", "internal/recheck", "internal/deliver", "internal/flow", "internal/host", "internal/host/service", "internal/app"}, "only evidence and delivery go out"},
	{"code.dny.dev/ssrf", []string{"internal/fetch"}, "fetch is the only outbound door"},
	{"github.com/landlock-lsm/go-landlock/landlock", []string{"internal/sandbox"}, "one room confines programs of others"},
	{"github.com/elastic/go-seccomp-bpf", []string{"internal/sandbox"}, "one room confines programs of others"},
	{"github.com/chromedp/chromedp", []string{"internal/press"}, "one room drives a browser"},
	{"os/exec", []string{"internal/sandbox", "internal/sqldb/dbtest", "internal/host/service", "cmd/argine"}, "a program of others runs confined, or from the command line; a hosting service's own command, which its operator set, disables content"},
	{"sim", []string{"sim", "sim/play", "cmd/argine"}, "the made-up world stands outside"},
	{"sim/play", []string{"cmd/argine"}, "the made-up world stands outside"},
}

func TestWhatIsImportedInOnePlaceOnly(t *testing.T) {
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		for _, rule := range onlyIn {
			if slices.Contains(f.imports, rule.path) && !slices.Contains(rule.rooms, f.room) {
				t.Errorf("%s imports %s: %s", f.path, rule.path, rule.why)
			}
		}
	}
}

func TestFacesAreThin(t *testing.T) {
	barred := []string{"internal/sqldb", "internal/job", "internal/blob", "internal/fetch"}
	for _, f := range sources(t) {
		if f.test || floorOf(f.room) != floorOf("internal/api") {
			continue
		}
		for _, imported := range f.imports {
			if slices.Contains(barred, imported) {
				t.Errorf("%s imports %s: a face calls flow and desk", f.path, imported)
			}
		}
	}
}

func TestStagesDoNotServe(t *testing.T) {
	for _, f := range sources(t) {
		floor := floorOf(f.room)
		if f.test || !strings.HasPrefix(f.room, "internal/") || floor <= ground || floor >= floorOf("internal/flow") {
			continue
		}
		for _, imported := range f.imports {
			if slices.Contains(serving, imported) {
				t.Errorf("%s imports %s: a stage does not serve HTTP", f.path, imported)
			}
		}
	}
}

func TestTheWorldStandsOutside(t *testing.T) {
	for _, f := range sources(t) {
		if !strings.HasPrefix(f.room+"/", "sim/") || f.test {
			continue
		}
		for _, imported := range f.imports {
			if strings.HasPrefix(imported, "internal/") || slices.Contains([]string{"hamming", "warc"}, imported) {
				t.Errorf("%s imports %s: sim meets the product by HTTP; it imports client and pdq", f.path, imported)
			}
		}
	}
}

// TestArchitectureShowsTheFloors compares the list above with the block in ARCHITECTURE.md.
func TestArchitectureShowsTheFloors(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root(t), "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	for i, rooms := range floors {
		line := strings.Join(rooms, "  ")
		if !strings.Contains(string(text), line) {
			t.Errorf("ARCHITECTURE.md does not show floor %d as %q", i+1, line)
		}
	}
}

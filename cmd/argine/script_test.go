package main

import (
	"bytes"
	"database/sql"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
)

// TestMain lets the test binary stand in for the program, so that scripts run it for real:
// its own process, its own exit code.
func TestMain(m *testing.M) {
	testscript.Main(cleaning{m}, map[string]func(){"argine": main})
}

// TestScripts runs the command lines of testdata/*.txtar. Its own commands are
//
//	status CODE COMMAND…     the command ends with this exit code, after at most a minute
//	pictures DIR             writes generated patterns: a.jpg, b.png, pixel.png of one pixel, and text named c.jpg
//	until FILE TEXT          waits until the file holds the text
//	address FILE NAME        takes the address that `argine serve` printed into a variable
//	word NAME                takes the first word of the last output into a variable
//	link FILE NAME           takes the one-time link that `argine serve` printed into a variable
//	visit URL CODE           asks the running Argine for a page
//	until-sequenced DIR      waits until all events have their place in the audit tree
//	tamper DIR SQL           changes the SQLite database of a data directory
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": status, "pictures": pictures, "until": until, "address": address, "link": link, "word": word,
			"visit": visit, "until-sequenced": untilSequenced, "tamper": tamper,
		},
	})
}

func need(ts *testscript.TestScript, neg bool, args []string, n int, usage string) {
	if neg || len(args) < n {
		ts.Fatalf("usage: %s", usage)
	}
}

func status(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "status CODE COMMAND…")
	want := 0
	if args[0] != "0" {
		want = number(ts, args[0])
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := err.(interface{ ExitCode() int }); ok {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("%s ended with %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

func number(ts *testscript.TestScript, text string) int {
	n, err := strconv.Atoi(text)
	ts.Check(err)
	return n
}

func pictures(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "pictures DIR")
	img := image.NewRGBA(image.Rect(0, 0, 256, 192))
	for y := range 192 {
		for x := range 256 {
			img.Set(x, y, color.RGBA{uint8(x * y >> 4), uint8(x*3 + y), uint8(y*y>>5 ^ x), 255})
		}
	}
	var asJPEG, asPNG, pixel bytes.Buffer
	ts.Check(jpeg.Encode(&asJPEG, img, nil))
	ts.Check(png.Encode(&asPNG, img))
	ts.Check(png.Encode(&pixel, img.SubImage(image.Rect(0, 0, 1, 1))))
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o755))
	for name, body := range map[string][]byte{"a.jpg": asJPEG.Bytes(), "b.png": asPNG.Bytes(), "pixel.png": pixel.Bytes(), "c.jpg": []byte("this is text\n")} {
		ts.Check(os.WriteFile(filepath.Join(dir, name), body, 0o644))
	}
}

// patience bounds every wait of a script.
const patience = 30 * time.Second

func wait(ts *testscript.TestScript, what string, done func() bool) {
	for deadline := time.Now().Add(patience); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			ts.Fatalf("waited in vain for %s", what)
		}
	}
}

func until(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "until FILE TEXT")
	wait(ts, args[1], func() bool {
		text, _ := os.ReadFile(ts.MkAbs(args[0]))
		return strings.Contains(string(text), args[1])
	})
}

func address(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "address FILE NAME")
	const before = "Argine is ready at "
	until(ts, false, []string{args[0], before})
	_, after, _ := strings.Cut(ts.ReadFile(args[0]), before)
	ts.Setenv(args[1], strings.Fields(after)[0])
}

func link(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "link FILE NAME")
	until(ts, false, []string{args[0], "/welcome/"})
	for _, text := range strings.Fields(ts.ReadFile(args[0])) {
		if strings.Contains(text, "/welcome/") {
			ts.Setenv(args[1], text)
		}
	}
}

func word(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "word NAME")
	words := strings.Fields(ts.ReadFile("stdout"))
	if len(words) == 0 {
		ts.Fatalf("there was no output")
	}
	ts.Setenv(args[0], words[0])
}

func visit(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "visit URL CODE")
	resp, err := http.Get(args[0])
	ts.Check(err)
	resp.Body.Close()
	if resp.StatusCode != number(ts, args[1]) {
		ts.Fatalf("%s answers %d, want %s", args[0], resp.StatusCode, args[1])
	}
}

func open(ts *testscript.TestScript, dir string) *sql.DB {
	db, err := sql.Open("sqlite", filepath.Join(ts.MkAbs(dir), "argine.db"))
	ts.Check(err)
	ts.Defer(func() { db.Close() })
	return db
}

func untilSequenced(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "until-sequenced DIR")
	db := open(ts, args[0])
	wait(ts, "the audit tree", func() bool {
		waiting := 1
		err := db.QueryRow("SELECT COUNT(*) FROM audit_event WHERE seq IS NULL").Scan(&waiting)
		return err == nil && waiting == 0
	})
}

func tamper(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "tamper DIR SQL")
	result, err := open(ts, args[0]).Exec(args[1])
	ts.Check(err)
	if n, _ := result.RowsAffected(); n == 0 {
		ts.Fatalf("nothing was changed")
	}
}

// TestEveryCommandShowsAnExample walks all commands, and runs the help of each.
func TestEveryCommandShowsAnExample(t *testing.T) {
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.Name() == "help" || cmd.Name() == "completion" {
			return
		}
		args := append(strings.Fields(cmd.CommandPath())[1:], "--help")
		root := rootCommand()
		var out bytes.Buffer
		root.SetOut(&out)
		root.SetArgs(args)
		if err := root.ExecuteContext(t.Context()); err != nil {
			t.Errorf("%v: %v", args, err)
		}
		text := out.String()
		if cmd.Example == "" || cmd.Short == "" || !strings.Contains(text, "Examples:\n"+cmd.Example) || !strings.Contains(text, "Usage:") {
			t.Errorf("argine %s shows no example:\n%s", strings.Join(args, " "), text)
		}
		for _, line := range strings.Split(cmd.Example, "\n") {
			if !strings.Contains(line, cmd.CommandPath()) {
				t.Errorf("an example of %s does not use it: %s", cmd.CommandPath(), line)
			}
		}
		for _, inner := range cmd.Commands() {
			walk(inner)
		}
	}
	walk(rootCommand())
}

// TestExitCodesOfUsage: whatever is wrong with a command line itself ends with 64.
func TestExitCodesOfUsage(t *testing.T) {
	for _, line := range []string{
		"nothing", "--nothing", "serve extra", "serve", "serve --nothing", "serve --data", "hash", "hash --nothing x.jpg", "action", "action new", "action new a b",
		"action contribute act_1", "action new a --hours many", "user add a@b.example", "unit add x", "token add", "token revoke", "audit verify", "audit verify extra", "demo extra", "demo --items many",
	} {
		root := rootCommand()
		var out bytes.Buffer
		root.SetOut(&out)
		root.SetErr(&out)
		root.SetArgs(strings.Fields(line))
		want := exitUsage
		if line == "action" {
			want = 0 // shows its help
		}
		if got := report(root, root.ExecuteContext(t.Context())); got != want || out.Len() == 0 {
			t.Errorf("argine %s: exit code %d, want %d: %s", line, got, want, out.String())
		}
	}
}

func TestTheFormatFollowsFromTheName(t *testing.T) {
	for _, c := range []struct{ name, format, want string }{
		{"links.csv", "", "text/csv"}, {"LINKS.JSONL", "", "application/jsonl"}, {"a.ndjson", "", "application/jsonl"}, {"a.urls", "", "text/uri-list"},
		{"mail.txt", "", "text/plain"}, {"-", "text", "text/plain"}, {"mail.txt", "csv", "text/csv"}, {"-", "", ""}, {"a.pdf", "", ""}, {"a.csv", "pdf", ""},
	} {
		got, err := formatOf(c.name, c.format)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s --format %q: %q, %v", c.name, c.format, got, err)
		}
	}
}

package dbtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

var server struct {
	once  sync.Once
	url   string // of the maintenance database
	err   error
	stdin io.Closer // held so that it stays open: when it closes, the server ends
}

var databases atomic.Int64

// givenServer is the environment variable that names a server to use.
const givenServer = "ARGINE_TEST_POSTGRES"

// PostgresURL makes a database for a test and returns its URL; it is dropped when the test ends.
func PostgresURL(t testing.TB) string {
	t.Helper()
	server.once.Do(func() { server.url, server.err = start() })
	if server.err != nil {
		t.Skipf("no PostgreSQL for this test: %v", server.err)
	}
	name := fmt.Sprintf("t_%d_%d", os.Getpid(), databases.Add(1))
	template, err := postgresTemplate()
	if err == nil {
		err = statement("CREATE DATABASE " + name + " TEMPLATE " + template)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := statement("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return databaseURL(name)
}

func databaseURL(name string) string {
	u, _ := url.Parse(server.url)
	u.Path = "/" + name
	return u.String()
}

// statement runs in the maintenance database.
func statement(text string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server.url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, text)
	return err
}

// start returns the server that the environment names, or starts one. The server that is
// started here ends with the test process: it runs in the foreground under a shell that
// waits for its standard input to close.
func start() (string, error) {
	if given := os.Getenv(givenServer); given != "" {
		return given, nil
	}
	bin, err := programs()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "argine-pg-")
	if err != nil {
		return "", err
	}
	if err := run(dir, filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "argine", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"); err != nil {
		return "", err
	}
	script := `"$0/postgres" -D "$1/data" -k "$1" -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=200 -c max_locks_per_transaction=256 >"$1/log" 2>&1 &
pid=$!; cat >/dev/null; kill -QUIT $pid; wait $pid; rm -rf "$1"`
	cmd := command(dir, "sh", "-c", script, bin, dir)
	if server.stdin, err = cmd.StdinPipe(); err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	address := "postgres://argine@/postgres?host=" + url.QueryEscape(dir)
	return address, wait(address)
}

// programs finds the folder of the server's programs; Debian keeps them off the PATH.
func programs() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	return "", fmt.Errorf("initdb was not found; apt-get install postgresql")
}

// command makes a command run as the user postgres where we are root: the server refuses to run as root.
func command(dir, name string, args ...string) *exec.Cmd {
	if os.Geteuid() != 0 {
		return exec.Command(name, args...)
	}
	if owner, err := user.Lookup("postgres"); err == nil {
		exec.Command("chown", "-R", owner.Username, dir).Run()
	}
	return exec.Command("setpriv", append([]string{"--reuid=postgres", "--regid=postgres", "--clear-groups", name}, args...)...)
}

func run(dir, name string, args ...string) error {
	cmd := command(dir, name, args...)
	cmd.Dir = dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(name), err, strings.TrimSpace(out.String()))
	}
	return nil
}

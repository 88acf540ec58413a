package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/argine/argine/internal/problem"
)

// demoFigures is what `argine bench demo` measures.
type demoFigures struct {
	Items   int      `json:"items"`
	Engine  string   `json:"engine"`
	Seconds float64  `json:"seconds"`  // wall time of the whole process
	PeakMiB float64  `json:"peak_mib"` // largest resident set
	PerItem float64  `json:"ms_per_item"`
	AsTruth bool     `json:"as_truth"` // every figure of the report is the world's
	Differs []string `json:"differs,omitempty"`
}

func benchDemoCommand() *cobra.Command {
	var items int
	var database string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "demo",
		Short:   "Measure the whole demo: wall time and peak memory",
		Example: "  argine bench demo\n  argine bench demo --database postgres:///empty --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := measureDemo(items, database)
			if err != nil {
				return err
			}
			return printed(cmd, asJSON, f, func(w io.Writer) {
				fmt.Fprintf(w, "items\t%d\nengine\t%s\nwall time\t%.1f s\npeak memory\t%.0f MiB\nper item\t%.1f ms\nequals the truth\t%v\n", f.Items, f.Engine, f.Seconds, f.PeakMiB, f.PerItem, f.AsTruth)
			})
		},
	}
	cmd.Flags().IntVar(&items, "items", 2068, "size of the action in items")
	cmd.Flags().StringVar(&database, "database", "", "postgres://… of an empty database; left out: SQLite")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// measureDemo runs the demo as a process of its own, so that its memory is its own.
func measureDemo(items int, database string) (demoFigures, error) {
	dir, err := os.MkdirTemp("", "argine-bench-")
	if err != nil {
		return demoFigures{}, err
	}
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	if err != nil {
		return demoFigures{}, err
	}
	f := demoFigures{Items: items, Engine: "sqlite"}
	args := []string{"demo", "--exit", "--data", dir, "--items", fmt.Sprint(items)}
	if database != "" {
		f.Engine = "postgres"
		args = append(args, "--database", database)
	}
	run := exec.Command(self, args...)
	began := time.Now()
	if out, err := run.CombinedOutput(); err != nil {
		return f, problem.Wrap(err, problem.Internal, "the demo failed: %s", out)
	}
	f.Seconds = time.Since(began).Seconds()
	f.PerItem = f.Seconds * 1000 / float64(items)
	f.PeakMiB = float64(run.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) / 1024
	var report judged
	text, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err == nil {
		err = json.Unmarshal(text, &report)
	}
	f.Differs = report.differences()
	f.AsTruth = err == nil && len(f.Differs) == 0
	return f, err
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/problem"
)

const exitUsage = 64 // sysexits.h EX_USAGE

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "argine",
		Short: "Take terrorist content offline together: lawfully, quickly and verifiably",
		Long: `Argine is the desk at which Internet Referral Units, trusted flaggers and hosting
services take terrorist content offline together: contribute, deduplicate, preserve,
fingerprint, match, assess by two people, deconflict, refer, deliver, check again, report.

Commands that talk to a running Argine find it by --server and --token, or by
ARGINE_SERVER and ARGINE_TOKEN.`,
		Example:       "  argine demo\n  argine serve --data /var/lib/argine",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usage{cmd, err} })
	root.AddCommand(serveCommand(), demoCommand(), actionCommand(), unitCommand(), userCommand(), tokenCommand(), auditCommand(), hashCommand(), bankCommand(), matchCommand(), registerCommand(), designationCommand(), hostCommand(), benchCommand(), transparencyCommand())
	return root
}

// silent is an exit code that says all there is to say.
type silent int

func (s silent) Error() string { return fmt.Sprintf("exit code %d", int(s)) }

// usage is a command line that cannot be understood.
type usage struct {
	cmd *cobra.Command
	err error
}

func (u usage) Error() string { return u.err.Error() + "; see " + u.cmd.CommandPath() + " --help" }

// report prints a failure and gives its exit code from the one table of kinds.
func report(root *cobra.Command, err error) int {
	if err == nil {
		return 0
	}
	if code, ok := err.(silent); ok {
		return int(code)
	}
	fmt.Fprintln(root.ErrOrStderr(), "argine: "+errorText(err))
	if isUsage(err) {
		return exitUsage
	}
	var told *client.Problem
	if errors.As(err, &told) {
		return problem.FromStatus(told.Status, told.Slug()).Meaning().Exit
	}
	var unreached *url.Error
	if errors.As(err, &unreached) {
		return problem.Unavailable.Meaning().Exit
	}
	return problem.Of(err).Meaning().Exit
}

// isUsage reports whether the command line is wrong. What cobra finds wrong has no type.
func isUsage(err error) bool {
	var wrong usage
	text := err.Error()
	return errors.As(err, &wrong) || strings.Contains(text, "arg(s)") ||
		strings.HasPrefix(text, "unknown command") || strings.HasPrefix(text, "required flag") || strings.HasPrefix(text, "if any flags in the group")
}

// errorText is the message for the person; on the command line the cause helps too.
func errorText(err error) string {
	var told *client.Problem
	if errors.As(err, &told) {
		return told.Error()
	}
	return err.Error()
}

// printed shows data as JSON with --json, or as a table.
func printed(cmd *cobra.Command, asJSON bool, v any, table func(w io.Writer)) error {
	if asJSON {
		out := json.NewEncoder(cmd.OutOrStdout())
		out.SetIndent("", "  ")
		return out.Encode(v)
	}
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 2, 8, 2, ' ', 0)
	table(w)
	return w.Flush()
}

// remote is how a command reaches a running Argine.
type remote struct {
	server, token string
	json          bool
}

func (r *remote) flags(cmd *cobra.Command) {
	cmd.PersistentFlags().StringVar(&r.server, "server", envOr("ARGINE_SERVER", "http://127.0.0.1:8080"), "URL of the Argine to talk to (ARGINE_SERVER)")
	cmd.PersistentFlags().StringVar(&r.token, "token", "", "API token (ARGINE_TOKEN)")
	cmd.PersistentFlags().BoolVar(&r.json, "json", false, "print JSON")
}

func (r *remote) client() (*client.Client, error) {
	token := r.token
	if token == "" {
		token = os.Getenv("ARGINE_TOKEN")
	}
	if token == "" {
		return nil, problem.New(problem.Unauthenticated, "no API token is given; set ARGINE_TOKEN, or make one with `argine token add --data DIR --user EMAIL`")
	}
	return client.New(r.server, token), nil
}

func envOr(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

func logger(w io.Writer, verbose bool) *slog.Logger {
	level := slog.LevelInfo
	if verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
}

// group is a command that only holds others.
func group(use, short, example string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Example: example, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(commands...)
	return cmd
}

package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/problem"
)

func actionCommand() *cobra.Command {
	var r remote
	cmd := group("action", "Open a joint action, contribute to it, watch it, report on it",
		"  argine action new \"Spring action\" --unit \"Unit North\" --unit \"Unit South\"\n  argine action contribute act_01jd… links.csv",
		newActionCommand(&r), contributeCommand(&r), statusCommand(&r), reportCommand(&r))
	r.flags(cmd)
	return cmd
}

func newActionCommand(r *remote) *cobra.Command {
	var in client.NewAction
	var opens string
	var hours int
	cmd := &cobra.Command{
		Use:     "new NAME",
		Short:   "Open a joint action, led by your unit",
		Example: `  argine action new "Spring action" --theme "manuals" --unit "Unit South" --hours 48`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			in.Name = args[0]
			in.OpensAt = time.Now()
			if opens != "" {
				if in.OpensAt, err = time.Parse(time.RFC3339, opens); err != nil {
					return problem.New(problem.Invalid, "--opens %q is no moment; write it as 2026-04-25T08:00:00Z", opens)
				}
			}
			in.ClosesAt = in.OpensAt.Add(time.Duration(hours) * time.Hour)
			a, err := c.AddAction(cmd.Context(), in)
			if err != nil {
				return err
			}
			return printed(cmd, r.json, a, func(w io.Writer) { fmt.Fprintln(w, a.ID) })
		},
	}
	cmd.Flags().StringVar(&in.Theme, "theme", "", "what the action is about")
	cmd.Flags().StringSliceVar(&in.Units, "unit", nil, "name or identifier of a unit that takes part; may be repeated")
	cmd.Flags().BoolVar(&in.Blind, "blind", false, "who assesses an item sees nothing of those who did before")
	cmd.Flags().IntVar(&in.Silence, "silence", 0, "minutes that the other units have to say whether an item disturbs their work; 0: nobody is asked")
	cmd.Flags().StringVar(&opens, "opens", "", "when it opens (RFC 3339); left out: now")
	cmd.Flags().IntVar(&hours, "hours", 48, "how long it is open")
	return cmd
}

// formats of files of links, by the ending of their name.
var formats = map[string]string{".csv": "text/csv", ".jsonl": "application/jsonl", ".ndjson": "application/jsonl", ".urls": "text/uri-list", ".txt": "text/plain"}

func contributeCommand(r *remote) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "contribute ACTION FILE…",
		Short: "Hand in links from files",
		Long: `Hands in links. The format follows from the name of the file, or from --format:

  csv    a header and one link a line. Columns: url (needed), source, note, seen_at (RFC 3339)
  jsonl  one JSON object a line, with members of the same names
  urls   one URL a line; lines that begin with # are comments
  text   any text with links in it, defanged (hxxp, [.]) or not

FILE - is the standard input. Good lines are taken, bad ones are listed with their reason.
The same file twice changes nothing.`,
		Example: "  argine action contribute act_01jd… links.csv\n  pbpaste | argine action contribute act_01jd… - --format text",
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			for _, name := range args[1:] {
				kind, err := formatOf(name, format)
				if err != nil {
					return err
				}
				body, err := readFile(cmd, name)
				if err != nil {
					return err
				}
				got, err := c.Contribute(cmd.Context(), args[0], kind, body)
				if err != nil {
					return err
				}
				if err := printed(cmd, r.json, got, func(w io.Writer) { printContributed(w, name, got) }); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "", "csv, jsonl, urls, text")
	return cmd
}

func formatOf(name, format string) (string, error) {
	kinds := map[string]string{"csv": "text/csv", "jsonl": "application/jsonl", "urls": "text/uri-list", "text": "text/plain"}
	if format != "" {
		if kind, ok := kinds[format]; ok {
			return kind, nil
		}
		return "", problem.New(problem.Invalid, "%q is no format; the formats are csv, jsonl, urls, text", format)
	}
	if kind, ok := formats[strings.ToLower(filepath.Ext(name))]; ok {
		return kind, nil
	}
	return "", problem.New(problem.Invalid, "the name %q does not tell the format of the file; say it with --format csv, jsonl, urls or text", name)
}

func readFile(cmd *cobra.Command, name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(cmd.InOrStdin())
	}
	body, err := os.ReadFile(name)
	if err != nil {
		return nil, problem.Wrap(err, problem.NotFound, "the file cannot be read; check its name and its owner")
	}
	return body, nil
}

func printContributed(w io.Writer, name string, got client.Contributed) {
	fmt.Fprintf(w, "%s: %d lines, %d taken (%d new items, %d known already), %d handed in before, %d bad\n",
		name, got.Lines, got.Taken, got.NewItems, got.Duplicates, got.Repeated, got.Failed)
	for _, e := range got.Errors {
		fmt.Fprintf(w, "  line %d: %s: %s\n", e.Line, e.Input, e.Reason)
	}
	if more := got.Failed - len(got.Errors); more > 0 {
		fmt.Fprintf(w, "  and %d more bad lines\n", more)
	}
}

func statusCommand(r *remote) *cobra.Command {
	return &cobra.Command{
		Use:     "status ACTION",
		Short:   "Show how an action stands",
		Example: "  argine action status act_01jd…",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			s, err := c.Status(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return printed(cmd, r.json, s, func(w io.Writer) {
				fmt.Fprintf(w, "%s\n%d items from %d contributions on %d platforms\n\n", s.Action.Name, s.Items, s.Contributions, len(s.Platforms))
				for _, list := range [][]client.Count{s.Stages, s.Verdicts} {
					for _, n := range list {
						if n.Count > 0 && n.Name != "" {
							fmt.Fprintf(w, "%s\t%d\n", n.Name, n.Count)
						}
					}
					fmt.Fprintln(w)
				}
			})
		},
	}
}

func reportCommand(r *remote) *cobra.Command {
	var html string
	cmd := &cobra.Command{
		Use:     "report ACTION",
		Short:   "Print the after-action report as JSON, or write it as HTML",
		Example: "  argine action report act_01jd… > report.json\n  argine action report act_01jd… --html report.html",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			if html != "" {
				page, err := c.ReportHTML(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return os.WriteFile(html, page, 0o644)
			}
			rep, err := c.Report(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return printed(cmd, true, rep, nil)
		},
	}
	cmd.Flags().StringVar(&html, "html", "", "write the report as HTML to this file")
	return cmd
}

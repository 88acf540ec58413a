package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/problem"
)

func subscribeCommand(r *remote) *cobra.Command {
	var in client.NewSubscription
	var every time.Duration
	var secretFile string
	cmd := &cobra.Command{
		Use: "subscribe BANK URL", Short: "Take a bank's entries from an URL again and again",
		Long: `Fetches an URL again and again. What it would change waits as a draft, which shows its
consequences, until a person takes or discards it; nothing is taken in by itself.

  argine     the export of a bank of another Argine: https://…/v1/banks/NAME/export
  csv        a file as import reads it
  jsonl      a file as import reads it
  hash-list  the hash list of Tech Against Terrorism, version 2: the URL of its server

The secret is a bearer token, or name:password for a hash list. It is read from a file, or
from ARGINE_SECRET, so that no list of processes shows it.`,
		Example: "  argine bank subscribe EXAMPLE_BANK https://desk.unit-south.example/v1/banks/THEIRS/export --form argine --secret-file token.txt", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			in.URL, in.Every = args[1], int(every.Minutes())
			if in.Secret, err = secretOf(secretFile); err != nil {
				return err
			}
			s, err := c.Subscribe(cmd.Context(), args[0], in)
			if err != nil {
				return err
			}
			return printed(cmd, r.json, s, func(w io.Writer) { fmt.Fprintln(w, s.ID) })
		},
	}
	cmd.Flags().StringVar(&in.Form, "form", "", "argine, csv, jsonl, hash-list")
	cmd.Flags().DurationVar(&every, "every", 24*time.Hour, "how often it is fetched")
	cmd.Flags().StringVar(&secretFile, "secret-file", "", "file with the secret")
	cmd.MarkFlagRequired("form")
	return cmd
}

func secretOf(file string) (string, error) {
	if file == "" {
		return os.Getenv("ARGINE_SECRET"), nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", problem.Wrap(err, problem.NotFound, "the file with the secret cannot be read; check its name and its owner")
	}
	return strings.TrimSpace(string(text)), nil
}

func subscriptionsCommand(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "subscriptions BANK", Short: "List where a bank takes entries from",
		Example: "  argine bank subscriptions EXAMPLE_BANK", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			page, err := c.Subscriptions(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return printed(cmd, r.json, page.Items, func(w io.Writer) {
				for _, s := range page.Items {
					next := "is being fetched, or waits for a person"
					switch {
					case s.Paused:
						next = "paused"
					case s.NextAt != nil:
						next = "next " + s.NextAt.Format(time.RFC3339)
					}
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", s.ID, s.Form, s.URL, next, s.Fault)
				}
			})
		},
	}
}

func unsubscribeCommand(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "unsubscribe SUBSCRIPTION", Short: "End a subscription; what was taken from it stays",
		Example: "  argine bank unsubscribe sub_01jd…", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			return c.Unsubscribe(cmd.Context(), args[0])
		},
	}
}

func draftsCommand(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "drafts BANK", Short: "List what subscriptions would change in a bank, with the consequences",
		Example: "  argine bank drafts EXAMPLE_BANK", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			page, err := c.BankDrafts(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return printed(cmd, r.json, page.Items, func(w io.Writer) {
				for _, d := range page.Items {
					printDraft(w, d)
				}
			})
		},
	}
}

func printDraft(w io.Writer, d client.BankDraft) {
	fmt.Fprintf(w, "%s\t%s\t%s\n", d.ID, d.State, d.At.Format(time.RFC3339))
	fmt.Fprintf(w, "  %d new, %d back, %d retracted, %d repeated, %d bad lines\n", d.New, d.Back, d.Retracted, d.Repeated, d.Bad)
	fmt.Fprintf(w, "  would match %d stored media of %d items, of which people rejected %d (looked for with %d entries)\n", d.Media, d.Items, d.Rejected, d.Checked)
	if d.State != "open" && d.State != "discarded" {
		fmt.Fprintf(w, "  %d of %d changes made\n", d.Done, d.New+d.Back+d.Retracted)
	}
}

func decideCommand(r *remote, verb, short string, decide func(*client.Client, context.Context, string) (client.BankDraft, error)) *cobra.Command {
	return &cobra.Command{
		Use: verb + " DRAFT", Short: short, Example: "  argine bank " + verb + " dft_01jd…", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			d, err := decide(c, cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return printed(cmd, r.json, d, func(w io.Writer) { printDraft(w, d) })
		},
	}
}

package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/argine/argine/internal/app"
)

func serveCommand() *cobra.Command {
	var data, database, listen string
	var only []string
	var verbose bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run Argine",
		Long: `Runs Argine on a data directory, which is made where it is missing. Settings are read from
argine.toml in that directory, then from the environment (ARGINE_DATABASE, ARGINE_LISTEN,
ARGINE_PUBLIC_URL, ARGINE_SMTP_HOST, ARGINE_SMTP_PASSWORD, ARGINE_INBOUND_LISTEN), then from the flags.

On the first run a one-time link for the administrator is printed; there is no default password.`,
		Example: "  argine serve --data /var/lib/argine\n  argine serve --data /var/lib/argine --database postgres://argine@db.example/argine --only jobs",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if data == "" {
				return usage{cmd, errors.New("name the data directory with --data")}
			}
			cfg, err := app.Load(data)
			if err != nil {
				return err
			}
			for flag, to := range map[string]*string{"database": &cfg.Database, "listen": &cfg.Listen} {
				if cmd.Flags().Changed(flag) {
					*to, _ = cmd.Flags().GetString(flag)
				}
			}
			if len(only) > 0 {
				cfg.Only = only
			}
			cfg.Log = logger(cmd.ErrOrStderr(), verbose)
			return serve(cmd, cfg)
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "data directory")
	cmd.Flags().StringVar(&database, "database", "", "postgres://…; left out: SQLite in the data directory")
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "address of the pages and the API")
	cmd.Flags().StringSliceVar(&only, "only", nil, "run only these parts: web, api, jobs, match")
	cmd.Flags().BoolVar(&verbose, "verbose", false, "log more")
	return cmd
}

func serve(cmd *cobra.Command, cfg app.Config) error {
	a, err := app.Open(cmd.Context(), cfg)
	if err != nil {
		return err
	}
	defer a.Close()
	link, err := a.FirstLink(cmd.Context())
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "Argine is ready at http://%s\n", a.Address())
	hookKey, dnsName, dnsText, err := a.Publish()
	if err != nil {
		return err
	}
	if hookKey != "" {
		fmt.Fprintf(cmd.OutOrStdout(), "Webhooks are signed with the key %s\n", hookKey)
	}
	tellRecord(cmd.OutOrStdout(), dnsName, dnsText)
	if mail := a.MailAddress(); mail != "" {
		fmt.Fprintf(cmd.OutOrStdout(), "Mail is taken in at %s\n", mail)
	}
	if link != "" {
		fmt.Fprintf(cmd.OutOrStdout(), "Nobody has signed in yet. The administrator opens this link, once, within 7 days:\n  http://%s%s\n", a.Address(), link)
	}
	return a.Run(cmd.Context())
}

// tellRecord tells what to publish so that others can verify mails, where they are signed.
func tellRecord(out io.Writer, name, text string) {
	if name != "" {
		fmt.Fprintf(out, "Mails are signed; publish this in the DNS:\n  %s. TXT %s\n", name, quoted(text))
	}
}

// quoted writes a text as a zone file has it, in strings of at most 255 bytes (RFC 1035, 3.3.14).
func quoted(text string) string {
	var b strings.Builder
	for len(text) > 250 {
		fmt.Fprintf(&b, "%q ", text[:250])
		text = text[250:]
	}
	fmt.Fprintf(&b, "%q", text)
	return b.String()
}

package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/argine/argine/internal/app"
)

func hostCommand() *cobra.Command {
	return group("host", "A hosting service's side: receive, verify, answer within the hour", "  argine host serve --data /var/lib/argine-host", hostServeCommand(), hostReportCommand())
}

func hostServeCommand() *cobra.Command {
	var data, database, listen string
	var verbose bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the contact point of a hosting service",
		Long: `Runs the contact point of a hosting service (Article 15 of Regulation (EU) 2021/784) on a data
directory of its own: it receives removal orders, referrals and notices, verifies who sent them,
shows the clock, answers with Annex II and III, has the service disable content, keeps what was
removed for six months.

The service is described under [host] in argine.toml in that directory: its name, member_state,
contact, languages, authorised_person, the register of competent authorities, the senders that
it knows, and the command or API with which content is disabled. README.md has an example.

On the first run a one-time link for the manager is printed; there is no default password.`,
		Example: "  argine host serve --data /var/lib/argine-host --listen 127.0.0.1:8090",
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
			cfg.Hosting, cfg.Log = true, logger(cmd.ErrOrStderr(), verbose)
			return hostServe(cmd, cfg)
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "data directory")
	cmd.Flags().StringVar(&database, "database", "", "postgres://…; left out: SQLite in the data directory")
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "address of the pages, the webhooks and the API")
	cmd.Flags().BoolVar(&verbose, "verbose", false, "log more")
	return cmd
}

func hostServe(cmd *cobra.Command, cfg app.Config) error {
	a, err := app.Open(cmd.Context(), cfg)
	if err != nil {
		return err
	}
	defer a.Close()
	link, err := a.FirstLink(cmd.Context())
	if err != nil {
		return err
	}
	_, dnsName, dnsText, err := a.Publish()
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "The contact point of %s is ready at http://%s\n", cfg.Host.Name, a.Address())
	fmt.Fprintf(out, "Answers are signed with %s\n", a.HostKey())
	tellRecord(out, dnsName, dnsText)
	for _, s := range cfg.Host.Senders {
		fmt.Fprintf(out, "Webhook of %s: %s/hooks/%s\n", s.Name, "http://"+a.Address(), s.Name)
	}
	if link != "" {
		fmt.Fprintf(out, "Nobody has signed in yet. The manager opens this link, once, within 7 days:\n  http://%s%s\n", a.Address(), link)
	}
	return a.Run(cmd.Context())
}

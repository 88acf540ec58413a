package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/argine/argine/internal/app"
)

func matchServeCommand() *cobra.Command {
	var data, database, listen string
	var verbose bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run a matcher alone, which follows the database",
		Long: `Answers lookups as Hasher-Matcher-Actioner does, on /h, /m, /c and /status, from a copy of the banks in memory.
What is added to a bank or retracted counts within a second. argine serve has the same routes; a matcher
alone is for more processes, on this machine beside argine serve or, with PostgreSQL, on others.

It takes no lock on the data directory, runs no jobs and changes no schema: argine serve must have set the
database up. On another machine, give it a data directory of its own, and --database; videos, sounds and
texts are matched there only where the folder blobs of the first is to be seen in it.

Callers send an API token as Authorization: Bearer …, whose holder has the permission match.lookup:
argine token add --scope match.lookup.`,
		Example: "  argine match serve --data /var/lib/argine --listen 127.0.0.1:8090\n  argine match serve --data /var/lib/argine-match --database postgres://argine@db.example/argine",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if data == "" {
				return usage{cmd, errors.New("name the data directory with --data")}
			}
			cfg, err := app.Load(data)
			if err != nil {
				return err
			}
			cfg.Listen = listen // the settings name the address of argine serve
			if database != "" {
				cfg.Database = database
			}
			cfg.Only = []string{app.Matcher}
			cfg.Log = logger(cmd.ErrOrStderr(), verbose)
			a, err := app.Open(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			defer a.Close()
			fmt.Fprintf(cmd.OutOrStdout(), "Argine is ready at http://%s\n", a.Address())
			return a.Run(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "data directory")
	cmd.Flags().StringVar(&database, "database", "", "postgres://…; left out: SQLite in the data directory")
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8090", "address of the matcher")
	cmd.Flags().BoolVar(&verbose, "verbose", false, "log more")
	return cmd
}

package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
)

func tokenCommand() *cobra.Command {
	var r remote
	cmd := group("token", "Make, list and end API tokens", "  argine token add --data /var/lib/argine --user admin@localhost", addTokenCommand(&r), listTokensCommand(&r), revokeTokenCommand(&r))
	r.flags(cmd)
	return cmd
}

func addTokenCommand(r *remote) *cobra.Command {
	var in client.NewToken
	var user, data, database string
	cmd := &cobra.Command{
		Use:   "add",
		Short: "Make an API token for a user",
		Long: `Makes an API token and prints its secret, which is not kept. With --data it works on the data
directory itself, without a token and while Argine may be running: who can read that directory
is its operator. This is how the first token is made.`,
		Example: "  argine token add --data /var/lib/argine --user admin@localhost --days 30\n  argine token add --user ana@unit-north.example --scope action.contribute",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if data != "" {
				return localToken(cmd, r, data, database, user, in)
			}
			c, err := r.client()
			if err != nil {
				return err
			}
			if in.UserID, err = userID(cmd, c, user); err != nil {
				return err
			}
			t, err := c.AddToken(cmd.Context(), in)
			if err != nil {
				return err
			}
			return printed(cmd, r.json, t, func(w io.Writer) { fmt.Fprintln(w, t.Secret) })
		},
	}
	cmd.Flags().StringVar(&user, "user", "", "e-mail address or identifier of the user")
	cmd.Flags().StringVar(&in.Name, "name", "command line", "what the token is for")
	cmd.Flags().StringSliceVar(&in.Scopes, "scope", nil, "permissions that it has; left out: all of the user's roles")
	cmd.Flags().IntVar(&in.Days, "days", 90, "days until it expires")
	cmd.Flags().StringVar(&data, "data", "", "work on this data directory itself")
	cmd.Flags().StringVar(&database, "database", "", "postgres://…, with --data, where Argine uses it")
	cmd.MarkFlagRequired("user")
	return cmd
}

func localToken(cmd *cobra.Command, r *remote, data, database, user string, in client.NewToken) error {
	made, secret, err := app.LocalToken(cmd.Context(), data, database, user, in.Name, in.Scopes, time.Duration(in.Days)*24*time.Hour)
	if err != nil {
		return err
	}
	t := client.Token{ID: string(made.ID), UserID: string(made.User), Name: made.Name, Scopes: in.Scopes, ExpiresAt: made.ExpiresAt, Secret: secret}
	return printed(cmd, r.json, t, func(w io.Writer) { fmt.Fprintln(w, secret) })
}

func listTokensCommand(r *remote) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the API tokens",
		Example: "  argine token list",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			page, err := c.Tokens(cmd.Context())
			if err != nil {
				return err
			}
			return printed(cmd, r.json, page.Items, func(w io.Writer) {
				for _, t := range page.Items {
					state := "good until " + t.ExpiresAt.Format(time.DateOnly)
					if t.Revoked {
						state = "revoked"
					}
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", t.ID, t.UserID, state, t.Name)
				}
			})
		},
	}
}

func revokeTokenCommand(r *remote) *cobra.Command {
	return &cobra.Command{
		Use:     "revoke ID",
		Short:   "End an API token at once",
		Example: "  argine token revoke tok_01jd3w5…",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			return c.RevokeToken(cmd.Context(), args[0])
		},
	}
}

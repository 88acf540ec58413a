package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/argine/argine/internal/app"
)

func auditCommand() *cobra.Command {
	var data, database string
	var asJSON bool
	verify := &cobra.Command{
		Use:   "verify",
		Short: "Recompute the whole audit log and compare it with its signed heads",
		Long: `Recomputes every entry, every hash and every signed head of the audit log from the data
directory, without a running Argine. Exits with 0 when all adds up, and with 1 on any
tampering, naming the first bad entry.`,
		Example: "  argine audit verify --data /var/lib/argine",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if data == "" {
				return usage{cmd, errors.New("name the data directory with --data")}
			}
			if database == "" {
				database = os.Getenv("ARGINE_DATABASE")
			}
			proof, err := app.VerifyAudit(cmd.Context(), data, database)
			if err != nil {
				return err
			}
			return printed(cmd, asJSON, proof, func(w io.Writer) {
				fmt.Fprintf(w, "the audit log adds up: %d entries, %d signed heads, root %s\n", proof.Events, proof.Checkpoints, proof.Root)
				if proof.Waiting > 0 {
					fmt.Fprintf(w, "%d events wait for their place in the tree; a running Argine gives it to them\n", proof.Waiting)
				}
			})
		},
	}
	verify.Flags().StringVar(&data, "data", "", "data directory")
	verify.Flags().StringVar(&database, "database", "", "postgres://…, where Argine uses it (ARGINE_DATABASE)")
	verify.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return group("audit", "Verify the audit log", "  argine audit verify --data /var/lib/argine", verify)
}

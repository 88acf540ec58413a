package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/register"
)

func registerCommand() *cobra.Command {
	var r remote
	cmd := group("register", "Keep the register of competent authorities", "  argine register import register.json\n  argine register list --state IE",
		importRegisterCommand(&r), listRegisterCommand(&r), verifyAuthorityCommand(&r), exampleRegisterCommand())
	r.flags(cmd)
	return cmd
}

func importRegisterCommand(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "import FILE", Short: "Take a file of authorities into the register",
		Long: `Takes competent authorities (Article 12 of Regulation (EU) 2021/784) into the register. The
format follows from the name of the file:

  .json   a list of authorities, or an object with "edition" and the list under "authorities"
  .jsonl  one authority a line
  .csv    a header; columns name, member_state, roles, email (needed), address, telephone,
          domains, webhook_keys, dkim_domains, languages, redress_body, redress_deadline,
          redress_provisions, edition. Members of a list are separated by spaces

Good entries are taken, bad ones are listed by line and reason. An authority is known by its
member state and name; the same file twice changes nothing. One whose contact or keys are
others now must be verified anew.`,
		Example: "  argine register import register.csv", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			text, err := os.ReadFile(args[0])
			if err != nil {
				return problem.Wrap(err, problem.NotFound, "the file cannot be read; check its name and its owner")
			}
			kind, known := map[string]string{".csv": "text/csv", ".json": "application/json", ".jsonl": "application/jsonl"}[strings.ToLower(filepath.Ext(args[0]))]
			if !known {
				return problem.New(problem.Invalid, "%q is neither .csv nor .json nor .jsonl; name the file after what is in it", args[0])
			}
			got, err := c.ImportRegister(cmd.Context(), kind, text)
			if err != nil {
				return err
			}
			return printed(cmd, r.json, got, func(w io.Writer) {
				fmt.Fprintf(w, "%s: %d entries, %d added, %d changed, %d as before, %d bad\n", args[0], got.Entries, got.Added, got.Changed, got.Same, got.Failed)
				for _, e := range got.Errors {
					fmt.Fprintf(w, "  line %d: %s: %s\n", e.Line, e.Input, e.Reason)
				}
			})
		},
	}
}

func listRegisterCommand(r *remote) *cobra.Command {
	var state, role string
	cmd := &cobra.Command{
		Use: "list", Short: "List the competent authorities", Example: "  argine register list --state IE --role scrutinise", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			page, err := c.Register(cmd.Context(), strings.ToUpper(state), role)
			if err != nil {
				return err
			}
			return printed(cmd, r.json, page.Items, func(w io.Writer) {
				for _, a := range page.Items {
					sure := "not verified"
					if a.VerifiedAt != nil {
						sure = "verified"
					}
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", a.ID, a.MemberState, strings.Join(a.Roles, " "), a.Email, sure, a.Name)
				}
			})
		},
	}
	cmd.Flags().StringVar(&state, "state", "", "only those of a member state, ISO 3166-1")
	cmd.Flags().StringVar(&role, "role", "", "only those that issue, scrutinise, supervise or penalise")
	return cmd
}

func verifyAuthorityCommand(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "verify AUTHORITY", Short: "Record that you made sure of an authority's contact and keys",
		Long:    "Records that you made sure of an authority's contact and keys, by another way than the one that is checked.",
		Example: "  argine register verify aut_…", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			a, err := c.VerifyAuthority(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return printed(cmd, r.json, a, func(w io.Writer) { fmt.Fprintf(w, "%s\t%s\n", a.ID, a.Name) })
		},
	}
}

func exampleRegisterCommand() *cobra.Command {
	return &cobra.Command{
		Use: "example", Short: "Write a register in which everything is made up, as a file to try import with",
		Long:    "Writes a register to standard output in which everything is made up: one authority for each member state, with hosts that end in .example. Every entry says so.",
		Example: "  argine register example > example.json", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(register.ExampleFile())
			return err
		},
	}
}

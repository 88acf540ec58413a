package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/problem"
)

func designationCommand() *cobra.Command {
	var r remote
	cmd := group("designation", "Keep the lists of designated persons and groups", "  argine designation import --source un consolidated.xml\n  argine designation find example front",
		importDesignationCommand(&r), listDesignationCommand(&r), findDesignationCommand(&r))
	r.flags(cmd)
	return cmd
}

func importDesignationCommand(r *remote) *cobra.Command {
	var in client.NewDesignations
	var dated string
	cmd := &cobra.Command{
		Use: "import FILE", Short: "Take a published list as its next version",
		Long: `Takes a list of designated persons and groups as its next version. --source says its form:

  un   the consolidated list of the United Nations Security Council, XML
  eu   the financial sanctions of the European Union, XML (FSF 1.1)
  csv  a header; columns reference and name (needed), kind (person, group), aliases, former
       and original (several separated by |), programme, listed_on, note, ideology. Give
       --name

Good entries are taken, bad ones are listed by line and reason. A file that breaks off is not
taken. Entries that the new version lacks are delisted: old assessments that rest on them show
it. A version that lacks more than half of the list is refused, unless --anyway says that it is
meant. The same file twice changes nothing.`,
		Example: "  argine designation import --source eu xmlFullSanctionsList.xml\n  argine designation import --source csv --name \"National list of XA\" national.csv", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			if dated != "" {
				if in.Dated, err = time.Parse(time.DateOnly, dated); err != nil {
					return problem.Wrap(err, problem.Invalid, "%q is no date; write it like 2026-03-01", dated)
				}
			}
			file, err := os.Open(args[0])
			if err != nil {
				return problem.Wrap(err, problem.NotFound, "the file cannot be read; check its name and its owner")
			}
			defer file.Close()
			got, err := c.ImportDesignations(cmd.Context(), in, file)
			if err != nil {
				return err
			}
			return printed(cmd, r.json, got, func(w io.Writer) { printDesignations(w, got) })
		},
	}
	cmd.Flags().StringVar(&in.Source, "source", "", "un, eu or csv")
	cmd.Flags().StringVar(&in.Name, "name", "", "name of the list, for csv")
	cmd.Flags().StringVar(&in.Label, "label", "", "what the publisher calls this version, for csv")
	cmd.Flags().StringVar(&dated, "dated", "", "day on which the publisher made it, for csv")
	cmd.Flags().BoolVar(&in.Anyway, "anyway", false, "take it though more than half of the list is gone")
	cmd.MarkFlagRequired("source")
	return cmd
}

func printDesignations(w io.Writer, got client.DesignationImport) {
	if got.Same {
		fmt.Fprintf(w, "%s: this file is version %d already\n", got.List, got.Version.Number)
		return
	}
	v := got.Version
	fmt.Fprintf(w, "%s: version %d, %d entries, %d added, %d changed, %d delisted, %d bad\n", got.List, v.Number, v.Entries, v.Added, v.Changed, v.Delisted, got.Failed)
	for _, e := range got.Errors {
		fmt.Fprintf(w, "  line %d: %s: %s\n", e.Line, e.Input, e.Reason)
	}
}

func listDesignationCommand(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the lists with the version in force", Example: "  argine designation list", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			page, err := c.DesignationLists(cmd.Context())
			if err != nil {
				return err
			}
			return printed(cmd, r.json, page.Items, func(w io.Writer) {
				for _, l := range page.Items {
					entries := 0
					for _, v := range l.Versions {
						if v.Number == l.Current {
							entries = v.Entries
						}
					}
					fmt.Fprintf(w, "%s\t%s\tversion %d\t%d entries\t%s\n", l.ID, l.Source, l.Current, entries, l.Name)
				}
			})
		},
	}
}

func findDesignationCommand(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "find WORDS…", Short: "Look for entries by name, in any script, or by reference", Example: "  argine designation find example front", Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			page, err := c.Designations(cmd.Context(), strings.Join(args, " "), "", 100)
			if err != nil {
				return err
			}
			return printed(cmd, r.json, page.Items, func(w io.Writer) {
				for _, e := range page.Items {
					state := "listed"
					if !e.Listed {
						state = "no longer listed"
					}
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", e.ID, e.Reference, state, e.Name, e.List)
				}
			})
		},
	}
}

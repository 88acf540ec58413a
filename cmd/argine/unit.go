package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/argine/argine/client"
)

func unitCommand() *cobra.Command {
	var r remote
	var in client.NewUnit
	add := &cobra.Command{
		Use:     "add NAME",
		Short:   "Add a unit",
		Example: `  argine unit add "Unit North" --country DK --kind authority`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			in.Name = args[0]
			u, err := c.AddUnit(cmd.Context(), in)
			if err != nil {
				return err
			}
			return printed(cmd, r.json, u, func(w io.Writer) { fmt.Fprintln(w, u.ID) })
		},
	}
	add.Flags().StringVar(&in.Country, "country", "", "ISO 3166-1 code of two letters")
	add.Flags().StringVar(&in.Kind, "kind", "authority", "authority, flagger, platform, oversight, operator")
	add.MarkFlagRequired("country")
	list := &cobra.Command{
		Use:     "list",
		Short:   "List the units",
		Example: "  argine unit list --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			page, err := c.Units(cmd.Context())
			if err != nil {
				return err
			}
			return printed(cmd, r.json, page.Items, func(w io.Writer) {
				for _, u := range page.Items {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", u.ID, u.Country, u.Kind, u.Name)
				}
			})
		},
	}
	cmd := group("unit", "Add and list units", `  argine unit add "Unit North" --country DK`, add, list)
	r.flags(cmd)
	return cmd
}

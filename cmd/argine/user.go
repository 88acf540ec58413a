package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/problem"
)

func userCommand() *cobra.Command {
	var r remote
	var in client.NewUser
	var unit string
	add := &cobra.Command{
		Use:     "add EMAIL",
		Short:   "Add a user and print the one-time link for a password",
		Example: `  argine user add ana@unit-north.example --name "Ana" --unit "Unit North" --role analyst`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			in.Email = args[0]
			if in.UnitID, err = unitID(cmd, c, unit); err != nil {
				return err
			}
			u, err := c.AddUser(cmd.Context(), in)
			if err != nil {
				return err
			}
			return printed(cmd, r.json, u, func(w io.Writer) {
				fmt.Fprintf(w, "%s\nHand this link over in person; it works once, within 7 days:\n  %s%s\n", u.ID, r.server, u.Invitation)
			})
		},
	}
	add.Flags().StringVar(&in.Name, "name", "", "name of the person")
	add.Flags().StringVar(&unit, "unit", "", "name or identifier of the unit")
	add.Flags().StringSliceVar(&in.Roles, "role", nil, "analyst, reviewer, coordinator, platform_contact, overseer, administrator; may be repeated")
	add.Flags().StringVar(&in.PlatformID, "platform", "", "identifier of the platform, for a platform contact")
	for _, flag := range []string{"name", "unit", "role"} {
		add.MarkFlagRequired(flag)
	}
	list := &cobra.Command{
		Use:     "list",
		Short:   "List the users",
		Example: "  argine user list",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			page, err := c.Users(cmd.Context())
			if err != nil {
				return err
			}
			return printed(cmd, r.json, page.Items, func(w io.Writer) {
				for _, u := range page.Items {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", u.ID, u.Email, strings.Join(u.Roles, " "), u.Name)
				}
			})
		},
	}
	cmd := group("user", "Add and list users", "  argine user list", add, list)
	r.flags(cmd)
	return cmd
}

// unitID finds a unit by name or identifier.
func unitID(cmd *cobra.Command, c *client.Client, unit string) (string, error) {
	page, err := c.Units(cmd.Context())
	if err != nil {
		return "", err
	}
	for _, u := range page.Items {
		if u.ID == unit || u.Name == unit {
			return u.ID, nil
		}
	}
	return "", problem.New(problem.NotFound, "there is no unit %q; see `argine unit list`", unit)
}

// userID finds a user by e-mail address or identifier.
func userID(cmd *cobra.Command, c *client.Client, user string) (string, error) {
	page, err := c.Users(cmd.Context())
	if err != nil {
		return "", err
	}
	for _, u := range page.Items {
		if u.ID == user || u.Email == user {
			return u.ID, nil
		}
	}
	return "", problem.New(problem.NotFound, "there is no user %q; see `argine user list`", user)
}

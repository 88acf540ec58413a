package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/problem"
)

func bankCommand() *cobra.Command {
	var r remote
	cmd := group("bank", "Keep banks of fingerprints: add, import, export, retract, subscribe",
		"  argine bank add EXAMPLE_BANK --terms \"for detection by units of this action\"\n  argine bank import EXAMPLE_BANK entries.csv",
		listBanksCommand(&r), addBankCommand(&r), setBankCommand(&r), importCommand(&r), exportCommand(&r), entriesCommand(&r),
		retractCommand(&r), restoreCommand(&r), subscribeCommand(&r), subscriptionsCommand(&r), unsubscribeCommand(&r), draftsCommand(&r),
		decideCommand(&r, "take", "Make the changes of a draft", (*client.Client).TakeDraft), decideCommand(&r, "discard", "Leave the bank as it is", (*client.Client).DiscardDraft))
	r.flags(cmd)
	return cmd
}

func listBanksCommand(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the banks", Example: "  argine bank list --json", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			page, err := c.Banks(cmd.Context())
			if err != nil {
				return err
			}
			return printed(cmd, r.json, page.Items, func(w io.Writer) {
				for _, b := range page.Items {
					fmt.Fprintf(w, "%s\t%s\t%d entries\tradius %d\t%s\n", b.Name, b.Unit, b.Entries, b.Radius, strings.Join(standing(b), ", "))
				}
			})
		},
	}
}

// standing says in words what is particular about a bank.
func standing(b client.Bank) []string {
	var words []string
	if !b.Enabled {
		words = append(words, "switched off")
	}
	if b.Own {
		words = append(words, "own")
	}
	if b.Shared {
		words = append(words, "shared")
	}
	if b.Share < 1 {
		words = append(words, fmt.Sprintf("%g of lookups", b.Share))
	}
	return words
}

func addBankCommand(r *remote) *cobra.Command {
	var in client.NewBank
	cmd := &cobra.Command{
		Use: "add NAME", Short: "Add a bank of your unit",
		Long:    "Adds a bank. Its name has capital letters, digits and underscores, as exchanges of fingerprints want it.",
		Example: "  argine bank add EXAMPLE_BANK --radius 31 --terms \"for detection only\" --shared", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			in.Name = args[0]
			b, err := c.AddBank(cmd.Context(), in)
			if err != nil {
				return err
			}
			return printed(cmd, r.json, b, func(w io.Writer) { fmt.Fprintln(w, b.ID) })
		},
	}
	cmd.Flags().IntVar(&in.Radius, "radius", 31, "largest distance in bits that is a match, for pdq")
	cmd.Flags().StringVar(&in.Terms, "terms", "", "terms of sharing")
	cmd.Flags().BoolVar(&in.Shared, "shared", false, "other units may take its entries away")
	return cmd
}

func setBankCommand(r *remote) *cobra.Command {
	var radius int
	var name, terms string
	var enabled, shared bool
	var share float64
	cmd := &cobra.Command{
		Use: "set BANK", Short: "Change a bank that your unit keeps",
		Example: "  argine bank set EXAMPLE_BANK --radius 24\n  argine bank set EXAMPLE_BANK --enabled=false", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			var in client.BankChange
			given := cmd.Flags().Changed
			if given("name") {
				in.Name = &name
			}
			if given("radius") {
				in.Radius = &radius
			}
			if given("terms") {
				in.Terms = &terms
			}
			if given("enabled") {
				in.Enabled = &enabled
			}
			if given("share") {
				in.Share = &share
			}
			if given("shared") {
				in.Shared = &shared
			}
			b, err := c.SetBank(cmd.Context(), args[0], in)
			if err != nil {
				return err
			}
			return printed(cmd, r.json, b, func(w io.Writer) {
				fmt.Fprintf(w, "%s\tradius %d\t%s\n", b.Name, b.Radius, strings.Join(standing(b), ", "))
			})
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "rename it; others who have the old name in an URL must be told")
	cmd.Flags().IntVar(&radius, "radius", 31, "largest distance in bits that is a match, for pdq")
	cmd.Flags().StringVar(&terms, "terms", "", "terms of sharing")
	cmd.Flags().BoolVar(&enabled, "enabled", true, "its entries match")
	cmd.Flags().Float64Var(&share, "share", 1, "share of the lookups from outside that may match, 0 to 1")
	cmd.Flags().BoolVar(&shared, "shared", false, "other units may take its entries away")
	return cmd
}

func importCommand(r *remote) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "import BANK FILE…", Short: "Add fingerprints from files of any size",
		Long: `Adds fingerprints. The format follows from the name of the file, or from --format:

  csv    a header and one entry a line. Columns: kind and value (needed), label, labels,
         provenance, expires_at (RFC 3339). kind is pdq, sha256, md5, sha1, sha512, vpdq,
         sound, text or tlsh; the value of a vpdq or sound is its features, of a text the text
  jsonl  one JSON object a line, with members of the same names

FILE - is the standard input. Good lines are taken, bad ones are listed with their reason.
The same file twice changes nothing.`,
		Example: "  argine bank import EXAMPLE_BANK entries.csv\n  argine bank import EXAMPLE_BANK - --format jsonl < entries", Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			for _, name := range args[1:] {
				got, err := importFile(cmd, c, args[0], name, format)
				if err != nil {
					return err
				}
				if err := printed(cmd, r.json, got, func(w io.Writer) { printImported(w, name, got) }); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "", "csv, jsonl")
	return cmd
}

func importFile(cmd *cobra.Command, c *client.Client, bank, name, format string) (got client.Imported, err error) {
	kind, err := formatOf(name, format)
	if err != nil {
		return got, err
	}
	file := cmd.InOrStdin()
	if name != "-" {
		opened, err := os.Open(name)
		if err != nil {
			return got, problem.Wrap(err, problem.NotFound, "the file cannot be read; check its name and its owner")
		}
		defer opened.Close()
		file = opened
	}
	return c.ImportFile(cmd.Context(), bank, kind, file)
}

func printImported(w io.Writer, name string, got client.Imported) {
	fmt.Fprintf(w, "%s: %d lines, %d added, %d there already, %d retracted where they come from, %d bad\n", name, got.Lines, got.Added, got.Repeated, got.Retracted, got.Failed)
	for _, e := range got.Errors {
		fmt.Fprintf(w, "  line %d: %s: %s\n", e.Line, e.Input, e.Reason)
	}
	if more := got.Failed - len(got.Errors); more > 0 {
		fmt.Fprintf(w, "  and %d more bad lines\n", more)
	}
}

func exportCommand(r *remote) *cobra.Command {
	var e client.Export
	cmd := &cobra.Command{
		Use: "export BANK", Short: "Write a bank's entries as a file that import reads",
		Long: `Writes the entries in the order of their numbers. A bank of another unit can be exported
where that unit shares it. With --all the entries that were retracted are told too, with when
and why; importing such a file does not bring them back.`,
		Example: "  argine bank export EXAMPLE_BANK > entries.jsonl\n  argine bank export EXAMPLE_BANK --format csv --all > entries.csv", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			return c.ExportEntries(cmd.Context(), args[0], e, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&e.Form, "format", "jsonl", "csv, jsonl")
	cmd.Flags().BoolVar(&e.All, "all", false, "tell retracted entries too")
	cmd.Flags().Int64Var(&e.After, "after", 0, "only entries with a higher number")
	cmd.Flags().IntVar(&e.Limit, "limit", 0, "at most so many; 0: all")
	return cmd
}

func entriesCommand(r *remote) *cobra.Command {
	var e client.Export
	cmd := &cobra.Command{
		Use: "entries BANK", Short: "List entries of a bank, with their numbers",
		Example: "  argine bank entries EXAMPLE_BANK --limit 50\n  argine bank entries EXAMPLE_BANK --after 4294967346 --all", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			page, err := c.Entries(cmd.Context(), args[0], e)
			if err != nil {
				return err
			}
			return printed(cmd, r.json, page.Items, func(w io.Writer) {
				for _, e := range page.Items {
					fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", e.Number, e.Kind, e.Value, e.Label, e.Why)
				}
			})
		},
	}
	cmd.Flags().Int64Var(&e.After, "after", 0, "only entries with a higher number")
	cmd.Flags().IntVar(&e.Limit, "limit", 100, "at most so many, up to 1000")
	cmd.Flags().BoolVar(&e.All, "all", false, "list retracted entries too")
	return cmd
}

func retractCommand(r *remote) *cobra.Command {
	var in client.Retraction
	cmd := &cobra.Command{
		Use: "retract BANK ENTRY…", Short: "Take entries out of a bank: they match nothing from now on",
		Long:    "Takes entries out of a bank. They are named by identifier, number or value.",
		Example: "  argine bank retract EXAMPLE_BANK 4294967297 --why \"shows a press photograph\"", Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			in.Entries = args[1:]
			got, err := c.RetractEntries(cmd.Context(), args[0], in)
			if err != nil {
				return err
			}
			return printed(cmd, r.json, got, func(w io.Writer) { fmt.Fprintf(w, "%d retracted\n", got.Changed) })
		},
	}
	cmd.Flags().StringVar(&in.Why, "why", "", "the reason")
	cmd.MarkFlagRequired("why")
	return cmd
}

func restoreCommand(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "restore BANK ENTRY…", Short: "Take retracted entries back into their bank",
		Example: "  argine bank restore EXAMPLE_BANK 4294967297", Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			got, err := c.RestoreEntries(cmd.Context(), args[0], client.Restoration{Entries: args[1:]})
			if err != nil {
				return err
			}
			return printed(cmd, r.json, got, func(w io.Writer) { fmt.Fprintf(w, "%d restored\n", got.Changed) })
		},
	}
}

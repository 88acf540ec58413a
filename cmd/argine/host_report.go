package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
)

func hostReportCommand() *cobra.Command {
	var r remote
	var year int
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Print the transparency report of Article 7 for a year",
		Long: `Prints the figures of Article 7(3) of Regulation (EU) 2021/784 for a calendar year, each with its
counting rule, computed from the cases of a running contact point. The report is due before 1
March of the next year. Points (a) and (b), the measures taken, are for the service to write.`,
		Example: "  argine host report --year 2026 --server http://127.0.0.1:8090",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			report, err := c.HostReport(cmd.Context(), year)
			if err != nil {
				return err
			}
			return printed(cmd, r.json, report, func(w io.Writer) {
				fmt.Fprintf(w, "%s (%s), %d, due before %s\n", report.Service, report.MemberState, report.Year, report.Due)
				for _, f := range report.Figures {
					fmt.Fprintf(w, "7(3)(%s)\t%s\t%d\t%s\n", f.Letter, f.Name, f.Count, f.Rule)
				}
			})
		},
	}
	r.flags(cmd)
	cmd.Flags().IntVar(&year, "year", time.Now().Year()-1, "the calendar year")
	return cmd
}

package main

import (
	"encoding/json"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/argine/argine/client"
)

func transparencyCommand() *cobra.Command {
	var r remote
	var q client.TransparencyQuery
	var file string
	cmd := &cobra.Command{
		Use:   "report article8|article21|trusted-flagger|dsa-csv|public|precision",
		Short: "Compute what is published every year, with the counting rule of each figure",
		Long: `Compute a transparency report from a running Argine.

  article8          data of a competent authority, Article 8 of Regulation (EU) 2021/784
  article21         monitoring data for the Commission, its Article 21
  trusted-flagger   report of Article 22(3) of Regulation (EU) 2022/2065
  dsa-csv           tables 1.2.1 and 1.3 of the templates of Implementing Regulation (EU) 2024/2835
  public            host names and counts, and nothing that leads to content
  precision         how often what was handed over held: by unit, platform, language, limb,
                    list of designations and ideology

It is printed as comma-separated values; with --json as JSON.`,
		Example:   "  argine report article21 --year 2026 --json -o article21.json\n  argine report public --year 2026 --suppress 5 -o public.csv\n  argine report precision --year 2026",
		Args:      cobra.ExactArgs(1),
		ValidArgs: []string{client.ReportArticle8, client.ReportArticle21, client.ReportTrustedFlagger, client.ReportDSA, client.ReportPublic, precision},
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			q.Kind = args[0]
			body, err := reportBody(cmd, c, q, r.json)
			if err != nil {
				return err
			}
			if file != "" {
				return os.WriteFile(file, body, 0o600)
			}
			_, err = cmd.OutOrStdout().Write(body)
			return err
		},
	}
	r.flags(cmd)
	cmd.Flags().IntVar(&q.Year, "year", time.Now().UTC().Year(), "calendar year")
	cmd.Flags().StringVar(&q.Unit, "unit", "", "name or identifier of a unit; your own, or all for who sees all")
	cmd.Flags().IntVar(&q.Suppress, "suppress", 0, "of public: do not tell counts below this")
	cmd.Flags().StringVarP(&file, "output", "o", "", "write to a file")
	return cmd
}

func reportBody(cmd *cobra.Command, c *client.Client, q client.TransparencyQuery, asJSON bool) ([]byte, error) {
	if q.Kind == precision {
		return precisionBody(cmd, c, q, asJSON)
	}
	if !asJSON {
		return c.TransparencyCSV(cmd.Context(), q)
	}
	t, err := c.Transparency(cmd.Context(), q)
	if err != nil {
		return nil, err
	}
	body, err := json.MarshalIndent(t, "", "  ")
	return append(body, '\n'), err
}

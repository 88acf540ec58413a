package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/pdq"
)

// hashed is the fingerprint of one file.
type hashed struct {
	PDQ     string `json:"pdq"`
	Quality int    `json:"quality"`
	File    string `json:"file"`
}

func hashCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "hash FILE…",
		Short: "Print the PDQ fingerprint of pictures: pdq,quality,file",
		Long: `Prints the PDQ fingerprint and its quality (0 to 100) of each picture, one line a file. Files that
are no picture are reported and the others hashed; the exit code then tells that some failed.`,
		Example: "  argine hash picture.jpg\n  argine hash --json *.png",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			lines := csv.NewWriter(cmd.OutOrStdout())
			objects := json.NewEncoder(cmd.OutOrStdout())
			failed := 0
			for _, name := range args {
				h, err := hashFile(name)
				if err != nil {
					failed++
					fmt.Fprintf(cmd.ErrOrStderr(), "argine: %s: %v\n", name, err)
					continue
				}
				if asJSON {
					err = objects.Encode(h)
				} else {
					err = lines.Write([]string{h.PDQ, fmt.Sprint(h.Quality), h.File})
					lines.Flush()
				}
				if err != nil {
					return err
				}
			}
			if failed > 0 {
				return problem.New(problem.Invalid, "%d of %d files could not be hashed", failed, len(args))
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return cmd
}

func hashFile(name string) (hashed, error) {
	file, err := os.Open(name)
	if err != nil {
		return hashed{}, err
	}
	defer file.Close()
	h, quality, err := pdq.FromReader(file, pdq.Limits{})
	return hashed{h.String(), quality, name}, err
}

package main

import (
	"github.com/spf13/cobra"
)

func benchCommand() *cobra.Command {
	return group("bench", "Measure Argine on this machine", "  argine bench demo", benchDeliverCommand(), benchDemoCommand(), benchDeskCommand(), benchFormsCommand(), benchHammingCommand(), benchLookupCommand())
}

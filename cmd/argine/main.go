// Command argine is the desk at which Internet Referral Units, trusted flaggers and hosting
// services take terrorist content offline together. One binary, one file for each subcommand.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(run(os.Args[1:])) }

// run carries out a command line and returns the exit code. A first interrupt asks the
// program to stop in order; a second one ends it at once.
func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	root := rootCommand()
	root.SetArgs(args)
	return report(root, root.ExecuteContext(ctx))
}

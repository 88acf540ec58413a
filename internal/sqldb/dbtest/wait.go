package dbtest

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// wait returns when the server takes connections, or with its last refusal after half a minute.
func wait(address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, address)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

package sqldb

import "io/fs"

// SQLiteSchema is the schema in SQLite's words.
func SQLiteSchema() fs.FS { return sqliteWords{Schema()} }

// Package house holds the tests that keep the structure: who may import whom, who opens
// transactions, who writes which table, and that every statement runs on both engines.
// ARCHITECTURE.md shows the same list of floors; a test compares the two.
package house

// A module of its own, so that what the benchmark is held against does not become
// a dependency of the project.
module github.com/argine/argine/pdq/against

go 1.26.0

require (
	github.com/MatthewSH/pdq v0.1.0
	github.com/argine/argine v0.0.0
)

require (
	github.com/ebitengine/purego v0.8.3 // indirect
	github.com/gen2brain/avif v0.4.4 // indirect
	github.com/tetratelabs/wazero v1.9.0 // indirect
	golang.org/x/image v0.47.0 // indirect
)

replace github.com/argine/argine => ../..

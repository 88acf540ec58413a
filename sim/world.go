// Package sim is a made-up world on which a whole joint action runs: platforms, accounts,
// pages, harmless generated media, units and people. It stands outside the product and
// meets it only where real platforms and people do: at HTTP, at SMTP and at the API.
//
// A World is a pure function of its Config: the same seed gives the same links, bytes,
// decisions and answers, and therefore the same counts. The world keeps its own account of
// what must come out (Truth), with the names of client.Report, so that the two can be
// compared figure by figure. The product never sees it.
//
//	w := sim.New(sim.Config{Seed: 1, Items: 2068, Start: start})
//	w.Units() w.People() w.Platforms()            // who there is; set them up through the API
//	w.ProtectedHosts() w.ExistingOrders() w.Interests()
//	w.BankCSV(100_000)                            // one bank: random fingerprints, and the planted ones among them
//	w.WaveAt(1) w.Files(1); w.WaveAt(2) w.Files(2) // contributions: day 1, and day 2 with re-uploads
//	net, err := w.Serve(ctx, clock, stateDir)     // all hosts, inboxes and the mail server, on loopback
//	net.Hosts() net.RootCAs() sim.MailHost        // lead the product's door there
//	net.NextEvent() net.Act(ctx, now, post)       // platforms answer with their own tokens
//	net.Received(id) net.Twice()                  // did it arrive; did anything arrive twice
//	w.Analysts()[i].Decide(task)                  // scripted people
//	w.Truth()                                     // what the report must say
//
// What happens, in the order of the work: contribute, capture, two people assess,
// deconfliction, pre-flight, referral, delivery, answers, looks. A planted item has one
// fault only, so that every figure has one reason. Times: wave 1 is handed in at Start,
// wave 2 a day and two hours later; a page changes a while after its platform received the
// referral, never closer than ten minutes to a look of the schedule (1, 3, 6, 12, 24 and
// 48 hours and 7 days after delivery), so that seconds of work change no count.
//
// Everything is neutral: weather, gardens, trains; patterns for pictures; hosts below
// .example and .test; groups that do not exist ("Example Front", "Sample Brigade").
package sim

import (
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// DefaultItems is the size of the joint action of April 2017.
const DefaultItems = 2068

const (
	maxPlatforms = 52
	minItems     = 60
	waveShare    = 0.18 // of the items belong to wave 2
)

// secondWave is when wave 2 comes: late enough for the look 24 hours after a delivery
// that needed three attempts (35 minutes), which re-uploads are judged by.
const secondWave = 26 * time.Hour

// Config says which world. The zero value is a good one.
type Config struct {
	Seed  int64
	Items int       // 0: DefaultItems; at least 60
	Start time.Time // when wave 1 is handed in; zero: 26 April 2027, 07:00 UTC
}

// World is one made-up world. It does not change after New, and may be used by many at once.
type World struct {
	cfg       Config
	platforms []Platform
	items     []item
	families  []family
	handed    []handing
	interests []Interest
	byToken   map[string]int // item, by the token in its links
	byHost    map[string]int // platform, by canonical host, alias and short host
	byURL     map[string]int // item, by canonical link
	truth     Truth
	media     *shelf
}

// New makes the world.
func New(cfg Config) *World {
	if cfg.Items == 0 {
		cfg.Items = DefaultItems
	}
	cfg.Items = max(cfg.Items, minItems)
	if cfg.Start.IsZero() {
		cfg.Start = time.Date(2027, 4, 26, 7, 0, 0, 0, time.UTC)
	}
	w := &World{cfg: cfg, media: newShelf(cfg.Seed), byHost: map[string]int{}, byToken: map[string]int{}, byURL: map[string]int{}}
	w.makePlatforms()
	w.makeItems()
	w.settleFates()
	w.settleWaves()
	w.settleOutcomes()
	w.settleMedia()
	w.settleLinks()
	w.settleInterests()
	w.handIn()
	w.truth = w.computeTruth()
	return w
}

// WaveAt is when a wave (1 or 2) is handed in.
func (w *World) WaveAt(wave int) time.Time {
	if wave == 2 {
		return w.cfg.Start.Add(secondWave)
	}
	return w.cfg.Start
}

// Start is when the action begins.
func (w *World) Start() time.Time { return w.cfg.Start }

// Seed is the seed that the world was made from.
func (w *World) Seed() int64 { return w.cfg.Seed }

// stream gives the random numbers of one purpose, so that a change in one part of the
// world does not move all others.
func (w *World) stream(purpose string, n int) *rand.Rand { return stream(w.cfg.Seed, purpose, n) }

func stream(seed int64, purpose string, n int) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(purpose))
	return rand.New(rand.NewPCG(uint64(seed), h.Sum64()+uint64(n)*0x9e3779b97f4a7c15))
}

// atLeast is how many items a category gets: its share, and enough to be seen.
func (w *World) atLeast(share float64) int {
	few := 3
	if w.cfg.Items < 250 {
		few = 1
	}
	return max(few, int(share*float64(w.cfg.Items)+0.5))
}

package sim

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/argine/argine/client"
)

// Platform is one hosting service of the world. Its place in World.Platforms is its number.
type Platform struct {
	Name, Host, Country, Language string
	Transport                     string // smtp or webhook
	ContactEmail                  string
	WebhookURL, WebhookSecret     string

	alias, short string // other hosts of the same
	style        *style
	temper       temper
	protected    bool // a library's own platform: its items need a second justification
	bounces      bool // its mail server knows the address no more
	stumbles     int  // how many attempts fail before a webhook is taken
	size         int  // items
	accounts     []string
}

// ByTheBook reports whether the platform takes webhooks and answers them as it should: such a
// one runs a program of its own for that.
func (p Platform) ByTheBook() bool {
	return p.Transport == "webhook" && (p.temper.name == "swift" || p.temper.name == "steady")
}

// New is the platform as it is registered through the API.
func (p Platform) New() client.NewPlatform {
	return client.NewPlatform{Name: p.Name, Country: p.Country, Language: p.Language, Transport: p.Transport,
		ContactEmail: p.ContactEmail, WebhookURL: p.WebhookURL, WebhookSecret: p.WebhookSecret, Rules: p.Rules()}
}

// Rules is how the platform's links vary: the JSON of link.Rules.
func (p Platform) Rules() json.RawMessage {
	text, err := json.Marshal(p.style.rules(p))
	if err != nil {
		panic(err) // maps of strings
	}
	return text
}

// Platforms are all platforms of the world.
func (w *World) Platforms() []Platform { return w.platforms }

var (
	firstNames  = []string{"Quill", "Tarn", "Fennel", "Sorrel", "Bracken", "Thistle", "Kelp", "Plover", "Lichen", "Gorse", "Heron", "Alder", "Teasel", "Sedge"}
	secondNames = []string{"barn", "loft", "shed", "weir", "kiln", "byre", "stile"}

	// homes are countries and the languages that notices are written in there.
	homes = [][2]string{{"IE", "en"}, {"FR", "fr"}, {"DE", "de"}, {"ES", "es"}, {"PL", "pl"}, {"IE", "en"}, {"NL", "en"},
		{"BE", "fr"}, {"AT", "de"}, {"IT", "it"}, {"PT", "pt"}, {"GR", "el"}, {"LU", "fr"}, {"US", "en"}}
)

// Ranks of size at which the platforms with a part to play stand: large enough to have
// items for it, small enough not to decide the whole action.
const (
	firstProtected, secondProtected = 12, 21
	firstBouncing, secondBouncing   = 8, 17
)

func (w *World) makePlatforms() {
	rng := w.stream("platforms", 0)
	n := min(maxPlatforms, w.cfg.Items/5)
	sizes := skewed(w.cfg.Items, n)
	names := rng.Perm(len(firstNames) * len(secondNames))
	w.platforms = make([]Platform, n)
	for i := range w.platforms {
		p := &w.platforms[i]
		p.size = sizes[i]
		p.style = &styles[(i+int(rng.Uint32()%3))%len(styles)]
		first, second := firstNames[names[i]%len(firstNames)], secondNames[names[i]/len(firstNames)]
		p.Name = first + second
		lower := lowerASCII(p.Name)
		p.Host, p.alias, p.short = lower+".example", lower+".test", fmt.Sprintf("%s%d.test", lower[:2], 10+i)
		home := homes[(i+rng.IntN(3))%len(homes)]
		p.Country, p.Language = home[0], home[1]
		if p.temper = tempers[rng.IntN(len(tempers))]; i < 3 { // no platform's whim decides the action
			p.temper = tempers[[]int{1, 2, 0}[i]]
		}
		p.accounts = accountNames(rng, 4+min(8, p.size/20))
		p.protected = n > secondProtected && (i == firstProtected || i == secondProtected) || n <= secondProtected && i == 2
		p.bounces = n > secondBouncing && (i == firstBouncing || i == secondBouncing) || n <= secondBouncing && i == 3
		p.reach(rng, i)
		w.byHost[p.Host], w.byHost[p.alias], w.byHost[p.short] = i, i, i
	}
}

// reach settles how the platform takes referrals.
func (p *Platform) reach(rng *rand.Rand, i int) {
	p.ContactEmail = "trust@" + p.Host
	secret := make([]byte, 32)
	for j := range secret {
		secret[j] = byte(rng.Uint32())
	}
	hook := rng.IntN(2) == 0
	p.stumbles = []int{0, 0, 1, 2}[rng.IntN(4)]
	switch {
	case p.bounces:
		hook = false
	case i < 3: // the largest: one taken at once, one at the second attempt, one at the third
		hook, p.stumbles = true, i
	case i < 6:
		hook = false
	}
	if !hook {
		p.Transport, p.stumbles = "smtp", 0
		return
	}
	p.Transport = "webhook"
	p.WebhookURL = "https://inbox." + p.Host + "/referrals"
	p.WebhookSecret = "whsec_" + base64.StdEncoding.EncodeToString(secret)
}

// backoff is how long after the first attempt a delivery that failed this often is taken:
// the product tries again after 5 minutes and after 30 more.
func (p *Platform) backoff() time.Duration {
	return []time.Duration{0, 5 * time.Minute, 35 * time.Minute}[p.stumbles]
}

// skewed divides items over platforms as real actions find them: a few big, many small.
func skewed(items, platforms int) []int {
	weights, sum := make([]float64, platforms), 0.0
	for i := range weights {
		weights[i] = math.Pow(float64(i)+1.7, -0.95)
		sum += weights[i]
	}
	sizes, left := make([]int, platforms), items
	for i := range sizes {
		sizes[i] = max(1, int(weights[i]/sum*float64(items)))
		left -= sizes[i]
	}
	for i := 0; left != 0; i = (i + 1) % platforms {
		if left > 0 {
			sizes[i]++
			left--
		} else if sizes[i] > 2 {
			sizes[i]--
			left++
		}
	}
	return sizes
}

var accountWords = []string{"orchard", "platform9", "raincoat", "greenhouse", "signalbox", "compost", "barometer", "trellis",
	"footbridge", "seedling", "timetable", "windvane", "hedgerow", "viaduct", "puddle", "marigold"}

func accountNames(rng *rand.Rand, n int) []string {
	out := make([]string, n)
	for i, k := range rng.Perm(len(accountWords))[:min(n, len(accountWords))] {
		out[i] = accountWords[k]
	}
	return out
}

func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}

// smtpDomain finds the platform that a mail address belongs to.
func (w *World) smtpDomain(domain string) (int, bool) {
	i, ok := w.byHost[lowerASCII(domain)]
	return i, ok
}

package report

// Rule says how one figure is counted.
type Rule struct {
	Name string // in the JSON form; a point leads into an object
	What string
	Of   string // the denominator when the figure is given as a share
}

// Glossary has the rule of every figure, in the order of the report.
func Glossary() []Rule { return glossary }

var glossary = []Rule{
	{"action", "the identifier of the action", "nothing: it is no figure"},
	{"items", "distinct items that were handed in to the action; an item is one piece of content at one place, whatever forms its link had and however many handed it in", "nothing: it is the denominator of most others"},
	{"platforms", "distinct registered platforms of the items; items on hosts of no registered platform count in none", "nothing"},
	{"languages", "distinct languages of the items, as the newest capture found them; an item without a known language counts in none", "nothing"},
	{"units", "units that contributed at least one link, not all that were invited", "nothing"},
	{"contributions", "links taken from units; the same link from the same unit counts once", "nothing"},
	{"duplicates", "contributions minus items: work that would have been done twice; another unit, or the same one under another form of the link, had handed the item in", "contributions"},
	{"captured", "items whose newest capture found a page, whatever its status", "items"},
	{"unreachable", "items whose newest capture got no page", "items"},
	{"media", "distinct files by SHA-256 found in the captures of the items; a file that several items carry counts once", "nothing"},
	{"matched", "items with at least one medium, or a text, that lies within a bank's radius, whenever it was found: when the item came in, or later when the bank took an entry in; matches of banks that fill by themselves with what their unit confirmed are not counted", "items"},
	{"assessed", "items that two people have assessed; one assessment does not count", "items"},
	{"rejected", "items that both people found not to be terrorist content", "assessed"},
	{"disputed", "items on which the two people did not agree", "assessed"},
	{"held", "items that deconfliction held, now or for a while, by its recorded answers", "items"},
	{"blocked", "items that the pre-flight gate refuses and that have not passed since", "items"},
	{"blocks", "blocked items by the first rule that stopped them", "blocked"},
	{"referred", "items in approved referrals, of this or an earlier action", "items"},
	{"delivered", "referred items whose delivery the platform's side accepted: its mail server or its webhook", "referred"},
	{"undeliverable", "referred items whose delivery was refused for good or given up after the last attempt", "referred"},
	{"answered", "delivered items by the newest answer of their platform; the four add up to delivered", "delivered"},
	{"answered.removed", "the newest answer is removed or disabled", "delivered"},
	{"answered.refused", "the newest answer is refused or impossible", "delivered"},
	{"answered.clarification", "the newest answer asks for clarification", "delivered"},
	{"answered.none", "the platform has said nothing", "delivered"},
	{"verified", "delivered items by what our newest look found, whatever the platform said; the six add up to delivered", "delivered"},
	{"verified.removed", "the newest look got 404 or 410, a not-found page with status 200 without the content (soft 404), or was led to the home page", "delivered"},
	{"verified.account_gone", "the newest look found that the account is gone or suspended", "delivered"},
	{"verified.geo_blocked", "the newest look was refused for its country (451 or a notice); the content may be up elsewhere", "delivered"},
	{"verified.login_wall", "the newest look was asked to sign in; the content may be up for those who do", "delivered"},
	{"verified.still_up", "the newest look found the same text or media", "delivered"},
	{"verified.unknown", "the newest look could not tell (network fault, server error), or nobody has looked yet", "delivered"},
	{"verdicts", "delivered items by each of the eight verdicts of the newest look; an item without a look is unknown", "delivered"},
	{"ideologies", "items that two people have decided, by the ideology that both carry (the one of them who named one, where the other named none; not specified, where they named different ones or nobody one); for counting alone, nothing is decided by it", "assessed less disputed"},
	{"reuploads", "items that carry again a medium of an earlier item, which had been seen gone before this one was handed in", "items"},
	{"median_minutes_to_removal", "median over delivered items ever seen gone (removed, soft 404, home page, account gone), of the minutes from delivery to the first look that found it gone; measured from delivery and not from when the platform opened it; an upper bound, because looks are taken 1, 3, 6, 12, 24 and 48 hours and 7 days after delivery and the removal lies before the look; items never seen gone are not in it; 0 when there are none", "delivered items ever seen gone"},
	{"lost", "contributed items that no later stage accounts for: a contribution whose item does not exist, an item without a contribution, an item between two stages that no job will carry on, or an item whose stage rests on a record (capture, assessment, clearance, block, referral, delivery, look) that is missing; an item that waits for a person or a job is in work and not lost, so this is 0 whenever nothing has vanished", "items"},
	{"audit", "the head of the audit log when the report was made", "nothing"},
	{"audit.events", "entries of the audit log that the head covers, of all actions", "nothing"},
	{"audit.root", "root hash of the Merkle tree over them (RFC 6962), base 64", "nothing"},
	{"rules", "these rules", "nothing"},
}

// rules is the glossary as the JSON form carries it.
func rules() map[string]string {
	out := make(map[string]string, len(glossary))
	for _, r := range glossary {
		out[r.Name] = r.What + "; denominator: " + r.Of
	}
	return out
}

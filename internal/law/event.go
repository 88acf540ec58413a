package law

import "time"

// Party is who can owe something in the case of a removal order.
type Party string

// The parties of a case.
const (
	Issuer Party = "issuer" // the competent authority that issues the order
	Home   Party = "home"   // the competent authority of the host's member state, Article 4
	Host   Party = "host"   // the hosting service, or its legal representative
	// Provider is who put the content there. It owes nothing, and has rights that end.
	Provider Party = "provider"
)

// Kind is what happened in a case.
type Kind string

// What can happen in the case of a removal order, with the article that gives it effect.
const (
	Informed           Kind = "informed"            // the host was told of procedures and deadlines, 3(2)
	Issued             Kind = "issued"              // the order was issued, 3(1)
	Sent               Kind = "sent"                // it left, 3(5)
	CopySent           Kind = "copy_sent"           // its copy left for the home authority, 4(1)
	Received           Kind = "received"            // the host has it, 3(5)
	Impossible         Kind = "impossible"          // Annex III: grounds not attributable to the host, 3(7)
	GroundsCeased      Kind = "grounds_ceased"      // 3(7), second sentence
	Unclear            Kind = "unclear"             // Annex III: manifest errors or too little information, 3(8)
	Clarified          Kind = "clarified"           // the host has the clarification, 3(8)
	Executed           Kind = "executed"            // removed, or access disabled in all member states, 3(3)
	FedBack            Kind = "fed_back"            // Annex II, 3(6)
	CopyReceived       Kind = "copy_received"       // the home authority has the copy, 4(3)
	ProviderInformed   Kind = "provider_informed"   // the content provider knows of the removal, 11(1)
	ProviderAsked      Kind = "provider_asked"      // the content provider asks for the reasons, or a copy of the order, 11(2)
	ProviderAnswered   Kind = "provider_answered"   // and has them, 11(2)
	ReviewAsked        Kind = "review_asked"        // reasoned request of host or content provider, 4(4)
	Intended           Kind = "intended"            // the home authority told the issuer what it means to decide, 4(5)
	Infringing         Kind = "infringing"          // it decided that the order infringes: without effect, 4(6)
	Scrutinised        Kind = "scrutinised"         // it decided that the order does not, 4(4)
	DecisionTold       Kind = "decision_told"       // issuer, host, who asked and Europol know the decision, 4(6)
	Reinstated         Kind = "reinstated"          // 4(7)
	KeptDown           Kind = "kept_down"           // instead, by the host's own terms or other law, 4(7)
	Withdrawn          Kind = "withdrawn"           // the issuer takes the order back
	Appealed           Kind = "appealed"            // Article 9
	AppealLost         Kind = "appeal_lost"         // the order is confirmed
	AppealWon          Kind = "appeal_won"          // the order is annulled
	Final              Kind = "final"               // no appeal is possible any more, 3(9)
	FinalTold          Kind = "final_told"          // the home authority knows that it is final, 3(9)
	NonDisclosed       Kind = "non_disclosed"       // the content provider must not be told, 11(3)
	NonDisclosedLonger Kind = "non_disclosed_again" // for six more weeks, 11(3)
	DisclosureFreed    Kind = "disclosure_freed"    // the issuer lifts it early
	ProceedingsOpened  Kind = "proceedings_opened"  // review proceedings for which content is kept longer, 6(2)
	ProceedingsClosed  Kind = "proceedings_closed"
	Erased             Kind = "erased" // the preserved content is gone, Article 6
)

// Event is one thing that happened, at a moment that the parties agree on.
type Event struct {
	Kind Kind      `json:"kind"`
	At   time.Time `json:"at"`

	// Of Issued: why the twelve hours of Article 3(2) could not be waited for; empty when they were.
	Emergency string `json:"emergency,omitempty"`
	// Of Issued: the host has its main establishment or legal representative elsewhere, Article 4(1).
	CrossBorder bool `json:"cross_border,omitempty"`
	// Of NonDisclosedLonger, as the host takes it from the authority's paper: the end that is told.
	Until time.Time `json:"until,omitzero"`
}

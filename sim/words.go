package sim

// language is what pages in one language are made of.
type language struct {
	code      string
	rtl       bool
	titles    []string // each with a number
	sentences []string // each with a number
	tag       string   // group, number
	frames    [2]string
	notFound  [2]string // title, text
	suspended [2]string
	login     [4]string // title, name, password, button
	blocked   [2]string
	home      [2]string
	search    string
	away      string
}

// purposes are the protected purposes (Article 1(3) of Regulation (EU) 2021/784) that the
// two frames of a language stand for.
var purposes = [2]string{"journalism", "education"}

func languageIndex(code string) int {
	for i := range languages {
		if languages[i].code == code {
			return i
		}
	}
	return -1
}

var languages = [...]language{english, french, german, spanish, arabic, polish}

var english = language{code: "en",
	titles: []string{"Garden notes, page %d", "Weather at station %d", "Timetable of line %d", "Letter no. %d"},
	sentences: []string{
		"The rain gauge in the garden showed %d millimetres this morning.",
		"Train %d left the station two minutes late and arrived on time.",
		"We planted %d rows of beans beside the greenhouse.",
		"The wind turned to the north-west at gate %d and stayed there all day.",
		"Platform %d has a new bench, painted green.",
		"After %d days of frost the tulips opened at last.",
		"The signal box at kilometre %d was repaired by noon.",
		"There are %d apple trees in the orchard behind the mill.",
		"Clouds gathered over hill %d, but it did not rain.",
		"The night train had %d carriages and a dining car.",
	},
	tag:       "%s bulletin no. %d: pass it on.",
	frames:    [2]string{"Our newspaper reports what was found:", "Teaching material for lesson 4:"},
	notFound:  [2]string{"Page not found", "Sorry, this page does not exist. The content you are looking for may have been removed."},
	suspended: [2]string{"Account suspended", "This account has been suspended because it violated our terms of service."},
	login:     [4]string{"Log in", "User name", "Password", "Log in"},
	blocked:   [2]string{"Unavailable for legal reasons", "This content is not available in your country."},
	home:      [2]string{"Welcome", "Look around: weather, gardens and trains."},
	search:    "Search results for %s", away: "Service unavailable",
}

var french = language{code: "fr",
	titles: []string{"Carnet de jardin, page %d", "Météo de la station %d", "Horaires de la ligne %d", "Lettre n° %d"},
	sentences: []string{
		"Le pluviomètre du jardin indiquait %d millimètres ce matin.",
		"Le train %d est parti avec deux minutes de retard et il est arrivé à l'heure.",
		"Nous avons semé %d rangs de haricots à côté de la serre.",
		"Le vent a tourné au nord-ouest près de la porte %d toute la journée.",
		"Le quai %d a un nouveau banc, peint en vert.",
		"Après %d jours de gel, les tulipes se sont enfin ouvertes.",
		"Le poste d'aiguillage du kilomètre %d a été réparé avant midi.",
		"Il y a %d pommiers dans le verger derrière le moulin.",
		"Des nuages se sont formés au-dessus de la colline %d, mais il n'a pas plu.",
		"Le train de nuit avait %d voitures et un wagon-restaurant.",
	},
	tag:       "%s, bulletin n° %d : faites passer.",
	frames:    [2]string{"Notre journal rapporte ce qui a été trouvé :", "Support de cours pour la leçon 4 :"},
	notFound:  [2]string{"Page introuvable", "Désolé, cette page n'existe pas. Le contenu que vous recherchez a peut-être été supprimé."},
	suspended: [2]string{"Compte suspendu", "Ce compte a été suspendu car il ne respecte pas nos conditions d'utilisation."},
	login:     [4]string{"Connexion", "Nom d'utilisateur", "Mot de passe", "Se connecter"},
	blocked:   [2]string{"Indisponible pour des raisons légales", "Ce contenu n'est pas disponible dans votre pays."},
	home:      [2]string{"Bienvenue", "Promenez-vous : météo, jardins et trains."},
	search:    "Résultats de recherche pour %s", away: "Service indisponible",
}

var german = language{code: "de",
	titles: []string{"Gartenheft, Seite %d", "Wetter an der Station %d", "Fahrplan der Linie %d", "Brief Nr. %d"},
	sentences: []string{
		"Der Regenmesser im Garten zeigte heute früh %d Millimeter.",
		"Der Zug %d fuhr zwei Minuten zu spät ab und kam pünktlich an.",
		"Neben dem Gewächshaus haben wir %d Reihen Bohnen gesät.",
		"Der Wind drehte bei Tor %d auf Nordwest und blieb dort den ganzen Tag.",
		"Am Gleis %d steht eine neue Bank, grün gestrichen.",
		"Nach %d Frosttagen gingen die Tulpen endlich auf.",
		"Das Stellwerk bei Kilometer %d war bis Mittag repariert.",
		"Im Obstgarten hinter der Mühle stehen %d Apfelbäume.",
		"Über dem Hügel %d zogen Wolken auf, aber es regnete nicht.",
		"Der Nachtzug hatte %d Wagen und einen Speisewagen.",
	},
	tag:       "%s, Rundbrief Nr. %d: bitte weitergeben.",
	frames:    [2]string{"Unsere Zeitung berichtet, was gefunden wurde:", "Unterrichtsmaterial zur Lektion 4:"},
	notFound:  [2]string{"Seite nicht gefunden", "Diese Seite existiert nicht. Der gesuchte Inhalt wurde möglicherweise entfernt."},
	suspended: [2]string{"Konto gesperrt", "Dieses Konto wurde gesperrt, weil es gegen unsere Nutzungsbedingungen verstößt."},
	login:     [4]string{"Anmelden", "Benutzername", "Passwort", "Anmelden"},
	blocked:   [2]string{"Aus rechtlichen Gründen nicht verfügbar", "Dieser Inhalt ist in Ihrem Land nicht verfügbar."},
	home:      [2]string{"Willkommen", "Sehen Sie sich um: Wetter, Gärten und Züge."},
	search:    "Suchergebnisse für %s", away: "Dienst nicht verfügbar",
}

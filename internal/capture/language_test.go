package capture

import "testing"

func TestLanguageOfAText(t *testing.T) {
	for text, want := range map[string]string{
		"The train to the coast was late and the passengers waited for an hour at the station.":                   "en",
		"Le train pour la côte était en retard et les voyageurs ont attendu une heure dans la gare.":              "fr",
		"Der Zug an die Küste hatte Verspätung, und die Reisenden mussten eine Stunde auf dem Bahnhof warten.":    "de",
		"El tren de la costa llegó con retraso y los viajeros esperaron una hora en la estación.":                 "es",
		"Il treno per la costa era in ritardo e i viaggiatori hanno aspettato un'ora alla stazione con gli altri": "it",
		"O comboio da costa atrasou-se e os passageiros esperaram uma hora na estação, não muito longe do mar.":   "pt",
		"Pociąg na wybrzeże był spóźniony i pasażerowie czekali godzinę na stacji, ale nie było to dla nich złe.": "pl",
		"De trein naar de kust was te laat en de reizigers wachtten een uur op het station.":                      "nl",
		"Tren çok geç geldi ve yolcular bir saat kadar istasyonda bekledi ama bu sorun değil.":                    "tr",
		"Το τρένο άργησε μία ώρα":                                                                                 "el",
		"Поезд опоздал на час, и мы ждали его":                                                                    "ru",
		"Потяг запізнився на годину, і ми чекали на нього":                                                        "uk",
		"Влакът закъсня с един час и пътниците чакаха на гарата":                                                  "bg",
		"Воз је каснио сат времена и путници су чекали на станици њега":                                           "sr",
		"تأخر القطار ساعة كاملة عن موعده":                                                                         "ar",
		"قطار یک ساعت تأخیر داشت و مسافران در ایستگاه ماندند":                                                     "fa",
		"ٹرین ایک گھنٹہ لیٹ تھی اور مسافر انتظار کرتے رہے":                                                        "ur",
		"הרכבת איחרה בשעה":        "he",
		"列车晚点了一个小时":               "zh",
		"電車は一時間遅れました":             "ja",
		"기차가 한 시간 늦었다":            "ko",
		"ट्रेन एक घंटे देर से आई": "hi",
		"":                 "",
		"12345 --- !!":     "",
		"Zzyzx qwrtp":      "", // no small words: no guess
		"поезд late train": "", // no script has the majority
	} {
		if got := languageOf(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestDeclaredLanguage(t *testing.T) {
	for tag, want := range map[string]string{
		"en": "en", "pt-BR": "pt", "de_AT": "de", "iw": "he", "deu": "de", "zh-Hant-TW": "zh", "AR": "ar", " fr ": "fr",
		"": "", "x-default": "", "und": "", "mul": "", "nonsense!": "", "english": "",
	} {
		if got := declaredLanguage(tag); got != want {
			t.Errorf("%q is %q, want %q", tag, got, want)
		}
	}
}

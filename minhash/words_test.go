package minhash

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// tongue is neutral words of a language, out of which texts are made. Scripts that write no
// spaces get none.
type tongue struct {
	code   string
	spaces bool
	words  []string
}

// made writes a text of n words.
func (l tongue) made(rng *rand.Rand, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = l.words[rng.IntN(len(l.words))]
		if rng.IntN(12) == 0 {
			out[i] = string(rune('1'+rng.IntN(9))) + string(rune('0'+rng.IntN(10)))
		}
	}
	return out
}

func (l tongue) join(words []string) string {
	if l.spaces {
		return strings.Join(words, " ")
	}
	return strings.Join(words, "")
}

// altered changes a share of the words: swapped with the next, taken out, or another put in.
func (l tongue) altered(rng *rand.Rand, words []string, share float64) []string {
	out := slices.Clone(words)
	for range int(share*float64(len(words)) + 0.5) {
		switch i := rng.IntN(len(out) - 1); rng.IntN(3) {
		case 0:
			out[i], out[i+1] = out[i+1], out[i]
		case 1:
			out = slices.Delete(out, i, i+1)
		case 2:
			out = slices.Insert(out, i, l.words[rng.IntN(len(l.words))])
		}
	}
	return out
}

var tongues = func() (list []tongue) {
	for _, line := range strings.Split(strings.TrimSpace(vocabulary), "\n") {
		code, words, _ := strings.Cut(line, ": ")
		list = append(list, tongue{code: code, spaces: !slices.Contains([]string{"zh", "ja", "th"}, code), words: strings.Fields(words)})
	}
	return list
}()

const vocabulary = `
en: garden rain train station platform morning wind window bench green orchard behind hill cloud signal kilometre carriage dining night arrived planted beside greenhouse turned north the of and after before letter weather apple bridge
fr: jardin pluie gare quai matin vent fenêtre banc vert verger derrière colline nuage signal kilomètre voiture nuit arrivé planté serre tourné nord après avant lettre météo pommier pont rivière le la des été
de: Garten Regen Bahnhof Gleis Morgen Wind Fenster Bank grün Obstgarten hinter Hügel Wolke Stellwerk Kilometer Wagen Nacht angekommen gepflanzt Gewächshaus drehte Norden nach vor Brief Wetter Apfelbaum Brücke der die das straße
es: jardín lluvia estación andén mañana viento ventana banco verde huerto detrás colina nube señal kilómetro coche noche llegó sembramos invernadero norte después antes carta tiempo manzano puente el la los de que
it: giardino pioggia stazione binario mattina vento finestra panchina verde frutteto dietro collina nuvola segnale chilometro carrozza notte arrivato piantato serra nord dopo prima lettera tempo melo ponte il della che
pl: ogród deszcz stacja peron rano wiatr okno ławka zielony sad za wzgórze chmura nastawnia kilometr wagon noc przyjechał posialiśmy szklarnia północ po przed list pogoda jabłoń most rzeka się na że
tr: bahçe yağmur istasyon peron sabah rüzgâr pencere bank yeşil meyve arkasında tepe bulut işaret kilometre vagon gece geldi diktik sera kuzey sonra önce mektup hava elma köprü ırmak ve bir için
ar: حديقة مطر محطة رصيف صباح ريح نافذة مقعد أخضر بستان خلف تل سحابة إشارة كيلومتر عربة ليل وصل زرعنا زجاجي شمال بعد قبل رسالة طقس تفاح جسر نهر إلى الذي هذه مؤسسة
fa: باغ باران ایستگاه سکو صبح باد پنجره نیمکت سبز درخت پشت تپه ابر علامت کیلومتر واگن شب رسید کاشتیم گلخانه شمال بعد قبل نامه هوا سیب پل رودخانه میرود کتابها این است
ur: باغ بارش اسٹیشن پلیٹ صبح ہوا کھڑکی بینچ سبز درخت پیچھے پہاڑی بادل اشارہ کلومیٹر ڈبہ رات پہنچا لگائے گھر شمال بعد پہلے خط موسم سیب پل دریا میں ہے اور کے
ps: باغ باران تمځای سکو سهار باد کړکۍ چوکۍ شین ونې شاته غونډۍ وریځ نښه کیلومتر واګون شپه ورسېد کښېنول شنه شمال وروسته مخکې لیک هوا مڼه پله سیند دی چې او
ckb: باخچە باران وێستگە شۆستە بەیانی با پەنجەرە کورسی سەوز دار پشت گرد هەور نیشانە کیلۆمەتر فارگۆن شەو گەیشت چاندمان گەرمخانە باکوور دوای پێش نامە کەشوهەوا سێو پرد ڕووبار لە بۆ ئەم
ru: сад дождь станция платформа утро ветер окно скамейка зелёный яблоня позади холм облако сигнал километр вагон ночь прибыл посадили теплица север после перед письмо погода мост река что это они рядом
uk: сад дощ станція платформа ранок вітер вікно лава зелений яблуня позаду пагорб хмара сигнал кілометр вагон ніч прибув посадили теплиця північ після перед лист погода міст річка що це її поруч
bg: градина дъжд станция перон сутрин вятър прозорец пейка зелен ябълка зад хълм облак сигнал километър вагон нощ пристигна посадихме оранжерия север след преди писмо време мост река които
el: κήπος βροχή σταθμός αποβάθρα πρωί άνεμος παράθυρο παγκάκι πράσινο μηλιά πίσω λόφος σύννεφο σήμα χιλιόμετρο βαγόνι νύχτα έφτασε φυτέψαμε θερμοκήπιο βοράς μετά πριν γράμμα καιρός γέφυρα ποτάμι και τον στην
he: גינה גשם תחנה רציף בוקר רוח חלון ספסל ירוק מטע מאחורי גבעה ענן אות קילומטר קרון לילה הגיע שתלנו חממה צפון אחרי לפני מכתב מזג תפוח גשר נהר של את הוא
hi: बगीचा बारिश स्टेशन प्लेटफार्म सुबह हवा खिड़की बेंच हरा पेड़ पीछे पहाड़ी बादल संकेत किलोमीटर डिब्बा रात पहुँचा लगाया पौधा उत्तर बाद पहले पत्र मौसम सेब पुल नदी का में और है
bn: বাগান বৃষ্টি স্টেশন প্ল্যাটফর্ম সকাল বাতাস জানালা বেঞ্চ সবুজ গাছ পেছনে পাহাড় মেঘ সংকেত কিলোমিটার কামরা রাত পৌঁছাল লাগানো উত্তর পরে আগে চিঠি আবহাওয়া আপেল সেতু নদী এই এবং
ta: தோட்டம் மழை நிலையம் மேடை காலை காற்று ஜன்னல் இருக்கை பச்சை மரம் பின்னால் மலை மேகம் குறி கிலோமீட்டர் பெட்டி இரவு வந்தது நட்டோம் வடக்கு பிறகு முன் கடிதம் வானிலை ஆப்பிள் பாலம் ஆறு
am: አትክልት ዝናብ ጣቢያ መድረክ ጠዋት ነፋስ መስኮት አግዳሚ አረንጓዴ ዛፍ ኋላ ኮረብታ ደመና ምልክት ኪሎሜትር ፉርጎ ሌሊት ደረሰ ተከልን ሰሜን በኋላ በፊት ደብዳቤ አየር ፖም ድልድይ ወንዝ
hy: այգի անձրեւ կայարան հարթակ առավոտ քամի պատուհան նստարան կանաչ ծառ ետեւում բլուր ամպ նշան կիլոմետր վագոն գիշեր հասավ տնկեցինք ջերմոց հյուսիս հետո առաջ նամակ եղանակ խնձոր կամուրջ գետ
ka: ბაღი წვიმა სადგური ბაქანი დილა ქარი ფანჯარა სკამი მწვანე ხე უკან გორა ღრუბელი ნიშანი კილომეტრი ვაგონი ღამე მოვიდა დავრგეთ სათბური ჩრდილოეთი შემდეგ წინ წერილი ამინდი ვაშლი ხიდი მდინარე
ko: 정원 비가 기차역 승강장 아침 바람 창문 의자 초록 과수원 뒤에 언덕 구름 신호 킬로미터 객차 밤에 도착했다 심었다 온실 북쪽 다음에 전에 편지 날씨 사과 다리 강이 우리는 그리고
zh: 花园 下雨 车站 站台 早晨 大风 窗户 长椅 绿色 果园 后面 山丘 云彩 信号 公里 车厢 夜里 到达 种植 温室 北方 之后 以前 信件 天气 苹果 桥梁 河流 我们 已经 今天 旁边 开花 报纸 读者 邮局 学校 课程 铁路 时间
ja: 庭園 雨が 駅の ホーム 朝に 風は 窓を ベンチ 緑の 果樹園 後ろ 丘の上 雲が 信号 キロ 客車 夜中 着いた 植えた 温室 北へ あとで まえに 手紙 天気 りんご 橋を 川の 私たち そして 今日は 隣の 咲いた 新聞 学校 鉄道
th: สวน ฝนตก สถานี ชานชาลา ตอนเช้า ลม หน้าต่าง ม้านั่ง สีเขียว สวนผลไม้ ด้านหลัง เนินเขา เมฆ สัญญาณ กิโลเมตร ตู้รถไฟ กลางคืน มาถึง ปลูก เรือนกระจก ทิศเหนือ หลังจาก ก่อน จดหมาย อากาศ แอปเปิล สะพาน แม่น้ำ`

"""Invented employees, one after another: the same seed gives the same people on every machine.

Only `Random.random()` is drawn from: it is the one sequence that Python promises to keep between its versions.
"""
import random
import unicodedata

COLUMNS = ("employee_id", "email", "first_name", "infix", "last_name", "job_title",
           "phone", "location", "departments", "manager_id", "start_date", "end_date")
ID, EMAIL, FIRST_NAME, INFIX, LAST_NAME, JOB_TITLE, PHONE, LOCATION, DEPARTMENTS, MANAGER, START, END = range(12)
DATES = (START, END)

DEPARTMENT_SEPARATOR = "|"
FIRST_NUMBER = 2_000_000

FIRST_NAMES = """
    Aafke Anniek Arjen Baukje Bente Carlijn Coen Diede Dirk-Jan Eefje Famke Floortje Gijs Hanneke Hidde Ilse Jelle Jip
    Kees Lieke Maaike Mees Niels Noortje Pien Roos Ruben Sjoerd Stijn Teun Wouter Zoë Daniëlle Desirée Marlène Loïs
    Annegret Bärbel Dörte Eckhard Frauke Götz Heinz-Peter Ingeborg Jörg Jürgen Kläre Lutz Matthäus Mönke Rüdiger Sönke
    Traute Ulrich Veit Wiebke Adélaïde Aurélien Béatrice Cédric Clémence Edgar Fabrice Françoise Gaétan Hervé Inès
    Jean-Baptiste Josée Lucienne Maël Mathéo Noëlle Océane Pascale Régis Sébastien Solène Théodore Valérie Yaël Agnès
    Katarzyna Stanisław Grażyna Bogdan Inês Simão Rocío Álvaro Lucía Håkon Åse Jørgen İbrahim Gülşen Emre Nadia Karim
    Samira Anjali Rajesh Thuy Minh Caoimhe Pádraig""".split()
INFIXES = 12 * [""] + ["van", "van der", "van den", "de", "ten", "ter", "op de", "von", "de la", "du", "le", "d'"]
LAST_NAMES = """
    Aalbers Akkerman Bakhuizen Blom Boersma Buitenhuis Claassen Dekkers Dijksterhuis Elzinga Evers Feenstra Gerritsen
    Groenewoud Haverkamp Hoekstra Hofman Huisman IJsselstein Jongbloed Kamphuis Klein Koopmans Kuipers Lammers Linden
    Maas Molenaar Nieuwenhuis Oosterhout Postma Prins Ridder Rietveld Scholten Sluis Spaan Terpstra Tuinman Verhoeven
    Vermeer Wal Wessels Wiersma Zandstra Zeeland Zwart Coöperman Noë Reünis Bäcker Brüggemann Döring Fürst Gärtner
    Großmann Hölscher Jäckel Krämer Löffler Möbius Nüßlein Pröll Röhrig Schönfeld Süß Tröger Überall Völker Wächter
    Abélard Béchard Châtelain Crépin Delépine Étienne Fauré Gérard Hébert Joubert Laforêt Mérimée Ozéré Pépin Rémond
    Sévigné Thévenet Villeneuve Zéphyr Kaczyński Łuczak Ostrowska Mendonça Magalhães Zúñiga Ordóñez Bjørnstad Sjöberg
    Aydoğan Yılmaz Kovács Černý O'Sullivan Ní-Bhriain Ramaswamy Nguyen Hassan El-Amrani Van-Praag""".split()
PLAIN_TITLES = """
    Afdelingshoofd:Apotheker:Baliemedewerker:Bedrijfsleider:Beveiliger:Bezorger:Doktersassistent:Elektromonteur:Gastvrouw:
    Heftruckchauffeur:Inkoper:Kapper:Logistiek medewerker:Monteur:Nachtverpleegkundige:Opticien:Pedagogisch medewerker:
    Abteilungsleiterin:Bürokauffrau:Verkäufer:Caissière:Préparateur de commandes"""
QUOTED_TITLES = ["Adviseur, binnendienst", "Teamleider, vers", "Chauffeur \"nationaal\", C/E", "Verzorgende, niveau 3",
                 "Medewerker \"Tafel & Wijn\"", "Leiterin, Qualität", "Responsable, caisses", "Coördinator; flexpool, dag"]
TITLES = [title.strip() for title in PLAIN_TITLES.split(":")] + QUOTED_TITLES
DEPARTMENT_CODES = ["%s%d" % (unit, number) for unit in ("KAS-", "VERS-", "DC-", "ZORG-", "HR-", "FIN-", "IT-", "BOUW-")
                    for number in range(200, 250)]
LOCATION_CODES = ["%s-%04d" % (country, number) for country, most in (("NL", 320), ("DE", 90), ("BE", 60), ("FR", 40))
                  for number in range(1, most + 1)]

# What has no decomposition into a letter and its accent.
PLAIN_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ı": "i"})


def plain(name):
    """A name as it stands in an address: lower case letters a to z."""
    decomposed = unicodedata.normalize("NFKD", name.translate(PLAIN_LETTERS)).lower()
    return "".join(letter for letter in decomposed if "a" <= letter <= "z")


PLAIN = {name: plain(name) for name in FIRST_NAMES + INFIXES + LAST_NAMES}


class People:
    """Employees with ascending numbers; each address is used once, on either day."""

    def __init__(self, seed):
        self.draw = random.Random(seed).random
        self.number = FIRST_NUMBER

    def below(self, limit):
        return int(self.draw() * limit)

    def one_of(self, choices):
        return choices[int(self.draw() * len(choices))]

    def another(self, make, old):
        """What `make` gives, other than `old`."""
        new = make()
        while new == old:
            new = make()
        return new

    def departments(self):
        """Mostly one, sometimes two or three different ones."""
        lot = self.draw()
        wanted = 1 if lot < 0.85 else 2 if lot < 0.97 else 3
        codes = []
        while len(codes) < wanted:
            code = self.one_of(DEPARTMENT_CODES)
            if code not in codes:
                codes.append(code)
        return DEPARTMENT_SEPARATOR.join(codes)

    def phone(self):
        lot = self.draw()
        if lot < 0.12:
            return ""
        number = 10_000_000 + self.below(89_999_999)
        if lot < 0.70:
            return "+316%08d" % number
        if lot < 0.82:
            return "06 %08d" % number
        if lot < 0.92:
            return "+49 151 %08d" % number
        return "+32 4%02d %06d" % (70 + number % 30, number // 100)

    def day(self, first_year, years):
        day = self.below(years * 336)
        return "%d-%02d-%02d" % (first_year + day // 336, day // 28 % 12 + 1, day % 28 + 1)

    @staticmethod
    def address(first, infix, last, number):
        return "%s.%s%s%d@veldkamp-bv.example" % (PLAIN[first], PLAIN[infix], PLAIN[last], number % FIRST_NUMBER)

    def next(self):
        number = self.number
        self.number += 1
        first, infix, last = self.one_of(FIRST_NAMES), self.one_of(INFIXES), self.one_of(LAST_NAMES)
        row = [str(number), self.address(first, infix, last, number), first, infix, last, self.one_of(TITLES), self.phone(),
               self.one_of(LOCATION_CODES), self.departments(), "", self.day(1987, 38), ""]
        if number > FIRST_NUMBER:
            row[MANAGER] = str(FIRST_NUMBER + (number - FIRST_NUMBER - 1) // 10)
        if self.draw() < 0.05:
            row[END] = self.day(2027, 3)
        return row

    # ---- what may happen to an employee between two days; each gives another row ------------------------------------

    def given_notice(self, row):
        row = list(row)
        row[END] = self.another(lambda: self.day(2026, 1), row[END])
        return row

    def moved(self, row):
        row = list(row)
        row[DEPARTMENTS] = self.another(self.departments, row[DEPARTMENTS])
        if self.draw() < 0.5:
            row[LOCATION] = self.another(lambda: self.one_of(LOCATION_CODES), row[LOCATION])
        else:
            row[MANAGER] = str(FIRST_NUMBER + self.below(self.number - FIRST_NUMBER))
        return row

    def edited(self, row):
        row = list(row)
        lot = self.draw()
        if lot < 0.45:
            row[JOB_TITLE] = self.another(lambda: self.one_of(TITLES), row[JOB_TITLE])
        elif lot < 0.85:
            row[PHONE] = self.another(self.phone, row[PHONE])
        else:
            row[LAST_NAME] = self.another(lambda: self.one_of(LAST_NAMES), row[LAST_NAME])
            row[EMAIL] = self.address(row[FIRST_NAME], row[INFIX], row[LAST_NAME], int(row[ID]))
        return row

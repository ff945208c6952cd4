"""Names of streets as people and registers write them, brought to one form for matching.

The address register says "Stefana Batorego", people and other registers "Batorego", "ul. Batorego"
or "Św. Anny". Matching drops the kind of street, titles and first names from the front, but never
the last word that tells one street from another. What stays ambiguous ("Batorego" where two
Batorys have a street) is left to the person: search offers both.
"""

import re
import unicodedata

_KINDS = """
ul ulica al aleja aleje os osiedle pl plac rondo skwer bulwar bulw most park
"""
_TITLES = """
sw swietego swietej swietych bl blogoslawionego ks ksiedza bp biskupa abp arcybiskupa kard
kardynala ojca brata siostry gen generala plk pulkownika pplk podpulkownika mjr majora kpt
kapitana rtm rotm rotmistrza por porucznika ppor podporucznika sierz sierzanta marsz
marszalka adm admirala hetm hetmana krola krolowej ksiecia prof profesora dr doktora inz
inzyniera mgr prez prezydenta
"""
# First names in the genitive, as streets carry them.
_FIRST_NAMES = """
adama adolfa agaty agnieszki albina aleksandra aleksandry alfonsa alfreda alicji alojzego
ambrozego andrzeja anieli anny antoniego antoniny apolinarego apolonii arkadiusza artura
augusta augustyna barbary bartlomieja bartosza benedykta bernarda bogdana boguslawa bohdana
boleslawa bonifacego borysa bronislawa bronislawy brunona cecylii celestyna celiny cezarego
cypriana cyryla czeslawa czeslawy daniela danuty dawida dionizego dominika dominiki doroty
edmunda edwarda edyty eligiusza elizy elzbiety emila emilii erazma ernesta eugeniusza
eustachego ewarysta ewy fabiana felicjana feliksa ferdynanda filipa franciszka franciszki
fryderyka gabriela gabrieli gerarda grzegorza gustawa haliny hanki hanny heleny henryka
henryki hieronima hilarego huberta hugo hugona ignacego ireny izabeli izydora jacka jadwigi
jakuba jana janiny janusza jaroslawa jedrzeja jerzego joachima joanny jolanty jozefa
jozefiny jozefy juliana julii juliusza justyna kajetana kamila kamili karola karoliny
katarzyny kazimiery kazimierza klaudii klemensa klementyny konrada konstantego kornela
krystyna krystyny krzysztofa ksawerego lecha leona leonarda leopolda leslawa leszka lidii
lucjana ludmily ludomira ludwika ludwiki lukasza macieja magdaleny maksymiliana malgorzaty
marcelego marcina mariana marianny marii marka marty martyny mateusza maurycego melchiora
michala michaliny mieczyslawa mieczyslawy mikolaja mirona miroslawa narcyza natalii norberta
olgi oskara ottona pawla pelagii piotra prota rafala rajmunda reginy remigiusza roberta
romana romualda rozy rudolfa ryszarda salomei samuela sebastiana serafina seweryna seweryny
slawomira stanislawa stanislawy stefana stefanii szczepana szymona tadeusza teodora teofila
teresy tomasza tymona tytusa urszuli waclawa waldemara walentego walerego walerii wandy
wawrzynca weroniki wiktora wiktorii wiktoryna wilhelma wincentego wita witolda wladyslawa
wlodzimierza wojciecha zbigniewa zdzislawa zenona ziemowita zofii zuzanny zygmunta
"""
KINDS = frozenset(_KINDS.split())
TITLES = frozenset(_TITLES.split())
FIRST_NAMES = frozenset(_FIRST_NAMES.split())

ROMAN = re.compile(r"^[ivxlc]+$")
POSTCODE = re.compile(r"^\d{2}-\d{3}$")
HOUSE_NUMBER = re.compile(r"^\d+[a-z]?(?:\s*[/-]\s*\d*[a-z]?)?$")


def plain(text: str) -> str:
    """Lower case, without diacritics and punctuation, words parted by one space."""
    # ł is a letter of its own in Unicode and does not decompose.
    text = text.lower().replace("ł", "l")
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+(?:[/-][a-z0-9]+)*", bare))


def plain_street(text: str) -> str:
    """The form that a street is matched on: "ul. Stefana Batorego" -> "batorego".

    Kinds, titles, first names and initials are dropped from the front as long as a telling word
    remains: "Jana Pawła II" and "św. Anny" keep theirs.
    """
    words = plain(text).split()
    while len(words) > 1 and words[0] in KINDS:
        words = words[1:]
    dropped = False
    while len(words) > 1 and _is_droppable(words[0], after_name=dropped) and _tells(words[1:]):
        words, dropped = words[1:], True
    return " ".join(words)


def _is_droppable(word: str, *, after_name: bool) -> bool:
    """Titles, first names, initials; and the numeral between a king's name and his house's."""
    if word in TITLES or word in FIRST_NAMES or (len(word) == 1 and word.isalpha()):
        return True
    return after_name and bool(ROMAN.match(word))


def _tells(words: list[str]) -> bool:
    """Whether some word could name a street by itself: not a numeral, letter or first name."""
    return any(
        len(word) > 2 and not ROMAN.match(word) and word not in FIRST_NAMES for word in words
    )


def without_city(text: str) -> str:
    """The text without commas, "Kraków" and the postcode."""
    words = text.replace(",", " ").split()
    kept = [word for word in words if plain(word) != "krakow" and not POSTCODE.match(word)]
    return " ".join(kept or words)


def split_number(text: str) -> tuple[str, str]:
    """("os. Centrum C", "10") of "os. Centrum C 10"; the number is empty where there is none."""
    words = without_city(text).split()
    for taken in (2, 1):  # "10 a" and "10a"
        if len(words) <= taken or (taken == 2 and len(words[-1]) > 1):
            continue
        number = plain("".join(words[-taken:]))
        if HOUSE_NUMBER.match(number) and words[-taken][0].isdigit():
            return " ".join(words[:-taken]), number
    return " ".join(words), ""

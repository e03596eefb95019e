"""Scripts: detect the script of a text, and convert text between Traditional and Simplified Chinese.

OpenCC knows which character a word takes, but finds words by the longest match: it makes 展示瞭如何 out of
展示了如何, because 了如 is in its list. So text is cut here into the words that are likeliest by jieba's counts, and
OpenCC converts them one by one.
"""

import importlib.util
import math
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from supportbot.text import han

if TYPE_CHECKING:
    from opencc import OpenCC

Script = Literal["hant", "hans", "latin"]
"""Traditional Chinese, Simplified Chinese, or no Chinese at all."""

SCRIPTS: tuple[Script, ...] = get_args(Script)

Region = Literal["tw", "hk"]
"""Whose forms of the Traditional characters: those of Taiwan (裡, 著, 帳) or of Hong Kong (裏, 着, 賬)."""

REGIONS: tuple[Region, ...] = get_args(Region)

# Words that only Simplified text writes so, of characters that both have. 哪里, 公里 and 皇后 are in both.
_SIMPLIFIED_WORDS = re.compile(
    "[怎什甚这那多要]么"
    "|后[来续果悔期面边台退半]"
    rf"|(?<=[{han.HAN}])(?<![皇太王母天影歌視视帝武封])后(?![里宮宫妃土羿冠座])|(?<=[0-9] 天|.[0-9]天)后"
    "|那里|里[面边头]|(?<=[家手心夜店房屋车卡盒柜包袋箱群城信])里(?!程)"
    "|干[净燥洗嘛]|干什|饼干|[晒烘晾吹擦风]干|干扰"
    "|面[包粉]|[泡拉吃煮]面"
    "|制[造作品]|日志|台风|精致|准[时则]|采[用取集纳购]|征[收求信]|存折|[手水]表|并[且非不]|[合一]并|放松|松开"
    "|游[客戏乐]|[旅导]游|范[本例]|[示模]范"
    "|几[天次时号位年月]|[好十]几|几[十百千]|云[端盘]|丰富"
    "|[由等位用至低高大小]于|于是|[剩其多]余|余[款额]"
)

# OpenCC's standard writes rarer forms than people do, and takes some words for others: 覈 for 核, 燬 for 毀.
_COMMON = "爲為羣群麪麵衆眾牀床僞偽啓啟裏裡喫吃祕秘脣唇峯峰溼濕纔才臺台竈灶糉粽鉢缽嫺嫻踊踴"
_COMMON += "覈核孃娘巖岩鬨哄絃弦谿溪鍼針翫玩譭毀燬毀箇個淩凌廕蔭譟噪牴抵蔘參歎嘆捱挨皁皂檐簷棱稜繮韁泄洩伕夫"
_VARIANTS: Mapping[Region, str] = {"tw": _COMMON + "着著賬帳癡痴痹痺", "hk": _COMMON + "裡裏裏裏菸煙癡痴"}


def detect(text: str, *, default: Script = "hant") -> Script:
    """Return the script of `text`, by majority of the characters and words that exist in one script only.

    Text that is the same in both scripts gets `default`; text without a Han character is "latin".

    >>> detect("怎么提币")
    'hans'
    """
    characters = han.CHARACTER.findall(text)
    if not characters:
        return "latin"
    votes = sum(map(_vote, characters)) - len(_SIMPLIFIED_WORDS.findall(text))
    if votes == 0:
        return default
    return "hant" if votes > 0 else "hans"


@cache
def _vote(character: str) -> int:
    """Return 1 for a character of Traditional text only, -1 for Simplified only, 0 for both.

    Traditional-only: OpenCC simplifies it. Simplified-only: it is in GB 2312 and not in the common half of Big5 (rows
    A4 to C6). So 台 and 里, which both write, count for neither; `_SIMPLIFIED_WORDS` has the words that tell. 着 is
    Hong Kong's too.
    """
    if character == "着":
        return 0
    if _converter("t2s").convert(character) != character:
        return 1
    big5 = character.encode("big5", errors="ignore")
    common_in_big5 = bool(big5) and 0xA4 <= big5[0] <= 0xC6
    return -1 if character.encode("gb2312", errors="ignore") and not common_in_big5 else 0


def convert(text: str, *, source: Script, target: Script, region: Region = "tw") -> str:
    """Return `text`, written in script `source`, in the characters of script `target`.

    Traditional text gets the characters that people in `region` write. Only characters change, and only Chinese ones:
    an answer quotes its article, so a word stays the one that its editor chose (软件 is 軟件, not 軟體). The text is
    returned as it is if both scripts are the same or either is "latin".

    >>> convert("照着做", source="hans", target="hant")
    '照著做'
    """
    if source == target or "latin" in (source, target):
        return text
    if target == "hans":
        return han.RUN.sub(lambda match: _simplified(match[0]), text)
    shown = han.RUN.sub(lambda match: _traditional(match[0], region), text)
    return _COUNTED.sub(lambda match: _COUNTERS[match[0]], shown)


# A number before them tells 3隻 from 只 and 3週 from 周; but 3 只能 is 3, 只能. 四周 may be the surroundings.
_COUNTERS = {"只": "隻", "周": "週"}
_NOT_COUNTED = "只(?:只|[能是有要會可需限在對用支適提接顯收退賣看讀開送發給供剩差佔准含包設允保計處受])|周[歲邊圍]"
_COUNTED = re.compile(rf"(?:(?<=[0-9二兩三五六七八九十百千])|(?<=[0-9] ))(?!{_NOT_COUNTED})[只周]")


@lru_cache(maxsize=4096)
def _traditional(run: str, region: Region) -> str:
    shown = _shown(region)
    return "".join([shown[word] for word in _words().cut(run)])


class _Shown(dict[str, str]):
    """Words and their Traditional forms in one region, filled as they come up."""

    def __init__(self, region: Region) -> None:
        super().__init__()
        pairs = _VARIANTS[region]
        self._variants = str.maketrans(pairs[::2], pairs[1::2])
        self._own = _words().traditional[region]

    def __missing__(self, word: str) -> str:
        written = word.translate(self._variants)
        simplified = written.translate(_FOLD)
        traditional: str = self._own.get(simplified) or _converter("s2t").convert(simplified)
        if len(traditional) == len(written):  # what is Traditional already stays
            characters = zip(written, simplified, traditional, strict=True)
            traditional = "".join(new if old == plain else old for old, plain, new in characters)
        self[word] = shown = traditional.translate(self._variants)
        return shown


@cache
def _shown(region: Region) -> _Shown:
    return _Shown(region)


# --- to Simplified


# Forms of the regions that OpenCC's standard lacks, and characters that only a word tells: 帳戶 is 账户, 帳篷 is 帐篷.
_STANDARD = str.maketrans("枱衞敍痺簷粧糭衹睪牠妳\ufa5f", "檯衛敘痹檐妝粽只睾它你著")
_IN_WORDS = re.compile(
    "甚(?=[麼么])|(?<![蚊營罗羅床紗])帳(?![篷幕棚子])|覆(?=[核診查檢審議])|(?<=[企策規籌])畫|蒐(?=集)|(?<![神地])祇"
)
_WRITTEN = {"甚": "什", "帳": "賬", "覆": "複", "畫": "劃", "蒐": "搜", "祇": "只"}


@lru_cache(maxsize=4096)
def _simplified(run: str) -> str:
    run = _IN_WORDS.sub(lambda match: _WRITTEN[match[0]], run.translate(_STANDARD))
    if "著" in run:
        words = _words()
        run = "".join(
            word if word.translate(_FOLD) in words.authored else word.replace("著", "着") for word in words.cut(run)
        )
    for _ in range(3):  # 薴 is simplified in two steps
        before, run = run, _converter("t2s").convert(run)
        if run == before:
            break
    return run


# --- words


_LONGEST = 4  # characters in a word; longer ones are cut, which costs a few foreign names their character
_RAREST = 3  # occurrences up to which a word is left out, as in the analyzer
_COUNT = 100  # occurrences that the words of scripts.tsv are taken to have: less than everyday words, more than names
_UNKNOWN = -18.0  # less than the share of any word


class _Fold(dict[int, str]):
    """The characters of text as `_Words` has them: Simplified, and 着 for 著."""

    def __init__(self) -> None:
        super().__init__({ord("帳"): "账"})  # OpenCC: 帐, which is rarer

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if han.CHARACTER.match(character):
            folded = str(_converter("t2s").convert(character)).replace("著", "着")
        else:
            folded = character
        self[code] = folded
        return folded


_FOLD = _Fold()

_COUNTS = "一二两三四五六七八九十百千万几多数半整每各这那哪"
_COUNTED_NOUNS = {"只": "隻", "周": "週"} | {
    f"出{play}": f"齣{play}" for play in ("戏", "好戏", "剧", "话剧", "歌剧", "舞台", "音乐")
}
_SURNAMES = "于余范姜钟郁谷游沈涂岳"
_TITLES = ("先生", "小姐", "女士", "太太", "老师", "医生", "医师", "经理", "主任", "教授", "师傅", "同学")


class _Words:
    """The words of Chinese with the logarithms of their shares, and those that OpenCC would convert wrongly."""

    def __init__(self) -> None:
        self.traditional: dict[Region, dict[str, str]] = {"tw": {}, "hk": {}}
        self.authored: set[str] = set()
        self._shares = {
            word: _share(count) for word, count in _jieba_counts() if len(word) <= _LONGEST and count > _RAREST
        }
        for word in [word for word in self._shares if "著" in word]:
            folded = word.replace("著", "着")
            if self._shares.get(folded, _UNKNOWN) < self._shares[word]:
                self._shares[folded] = self._shares[word]
                self.authored.add(folded)
        for word, taiwan, hong_kong in _own_words():
            self._shares[word] = max(self._shares.get(word, _UNKNOWN), _share(_COUNT))
            self.traditional["tw"][word] = taiwan
            self.traditional["hk"][word] = hong_kong

    def cut(self, run: str) -> list[str]:
        """Return the likeliest words of `run`."""
        key = run.translate(_FOLD)
        if len(key) != len(run):
            return [run]
        end, share = len(run), self._shares.get
        best, ends = [0.0] * (end + 1), [0] * end
        for start in range(end - 1, -1, -1):
            chosen, likeliest = start + 1, share(key[start], _UNKNOWN) + best[start + 1]
            for stop in range(start + 2, min(start + _LONGEST, end) + 1):
                known = share(key[start:stop])
                if known is not None and known + best[stop] > likeliest:
                    chosen, likeliest = stop, known + best[stop]
            best[start], ends[start] = likeliest, chosen
        words, start = [], 0
        while start < end:
            words.append(run[start : ends[start]])
            start = ends[start]
        return words


def _own_words() -> Iterator[tuple[str, str, str]]:
    """Yield words, each with its Traditional form in Taiwan and in Hong Kong."""
    traditional = _converter("s2t").convert
    for count, (noun, shown) in product(_COUNTS, _COUNTED_NOUNS.items()):
        yield count + noun, traditional(count) + traditional(shown), traditional(count) + traditional(shown)
    for surname, title in product(_SURNAMES, _TITLES):
        shown = surname.replace("钟", "鍾") + traditional(title)
        yield surname + title, shown, shown
    for line in Path(__file__).with_suffix(".tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            word, taiwan, *others = line.split("\t")
            yield word, taiwan, others[0] if others else taiwan


@cache
def _words() -> _Words:
    return _Words()


@cache
def _share(count: int) -> float:
    return math.log(count / 60_101_967)  # the sum of jieba's counts


def _jieba_counts() -> Iterator[tuple[str, int]]:
    """Yield the words of jieba's dictionary with their counts, without importing jieba."""
    spec = importlib.util.find_spec("jieba")
    with Path(str(spec and spec.origin)).with_name("dict.txt").open(encoding="utf-8") as lines:
        for line in lines:
            word, count, _ = line.split(" ")
            yield word, int(count)


@cache
def _converter(configuration: str) -> "OpenCC":
    from opencc import OpenCC

    return OpenCC(configuration)

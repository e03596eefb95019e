"""Vague questions: nothing in them tells what they are about (怎麼用), or only one word does (退款, KYC).

No article can answer them, however high it scores; the bot asks back.
"""

import re
from collections.abc import Mapping
from typing import Literal

from supportbot.text.analyzer import CONCEPT_MARK, Analyzer
from supportbot.text.folding import fold

Vagueness = Literal["empty", "topic"]
"""What a vague question lacks: a subject, or what is asked about its only subject."""

TELLING = 0.45
"""The weight, 0 to 1, from which a word tells something (`Analyzer.weight`)."""


def _words(text: str) -> frozenset[str]:
    return frozenset(filter(None, re.split(r"[,\s]+", text)))


# A closed class: words that ask, and words that are in questions about anything. Folded, Simplified.
_ASKING = _words(
    """
    怎么,怎么办,怎么样,怎样,如何,什么,为什么,为何,干嘛,干什么,谁,哪,哪里,哪儿,哪个,哪些,多少,多久,多长,几,几个,几点,
    几时,何时,何处,时候,是否,能否,可否,有没有,是不是,能不能,可不可以,要不要,会不会,how,why,what,when,where,who,which
    """
)
_EMPTY = _words(
    """
    请问,没,没有,不,钱,反应,失败,错误,出错,打不开,异常,帮,帮忙,帮助,问,问题,想,想要,需要,可以,不行,不能,用,弄,做,搞,看,看看,教,说,知道,告诉,麻烦,那个,
    这个,然后,现在,一下,东西,情况,事,事情,help,please,problem,question,issue,thing,stuff
    """
)


def vagueness(text: str, words: Mapping[str, float]) -> Vagueness | None:
    """Return what a question lacks; None if it says enough, or nothing readable.

    `words` are its words with their weights. A code is a whole question.
    """
    own = {word: weight for word, weight in words.items() if not word.startswith(CONCEPT_MARK)}
    asks = any(word in own for word in _ASKING) or bool(_ASKING & set(re.findall("[a-z]+", fold(text).lower())))
    content = [word for word in own if word not in _ASKING and word not in _EMPTY]
    telling = [word for word in content if own[word] >= TELLING]
    # 打不开 is one word, though jieba also gives its parts.
    telling = [word for word in telling if not any(word != other and word in other for other in telling)]
    if not telling:
        return "empty" if own or asks else None
    if len(telling) == len(own) == 1 and not asks and not Analyzer.is_code(telling[0]):
        return "topic"
    return None

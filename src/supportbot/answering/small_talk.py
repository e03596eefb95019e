"""Small talk: recognise greetings, thanks, goodbyes and requests for a person, which no article answers.

A text counts only if it holds nothing else: 「你好，怎麼退款」 is a question, and 「客服打電話給我要驗證碼」 no
request for a person. Texts are compared folded.
"""

import re
from collections.abc import Mapping
from typing import Literal

from supportbot.text.folding import fold

Intent = Literal["greeting", "thanks", "goodbye", "person"]

_Kind = Intent | Literal["ask_for", "filler"]

# Pieces in folded, Simplified form, commas between.
_PIECES: Mapping[_Kind, str] = {
    "person": """
        人工客服,人工服务,人工,真人客服,真人,活人,专人,客服人员,客服专员,客服小姐,客服,专员,服务人员,工作人员,
        支持人员,human,humans,real person,person,people,live agent,agent,agents,representative,rep,operator,
        support team,support staff,customer service,customer support,customer care,support,someone,someone real,
        somebody,staff,human being""",
    "ask_for": """
        转接到,转接给,转接,转到,转给,转,我想要,我要,我想,想要,要求,需要,想,要,找个,找,换个,换,接,叫,联系到,联系,
        联络,呼叫,召唤,跟,和,与,同,讲话,讲,说话,说,对话,沟通,聊聊,聊,谈谈,谈,倾,麻烦,拜托,可唔可以,可不可以,
        能不能,可以,能,怎么样,怎么,如何,在哪里,在哪,有没有,有冇,有,没有,没,不要,别,机器人,机器,自动回复,给我,
        让我,直接,一个,个,一位,位,处理,出来,来,到,i,i'd,id,we,want,wanna,would,like,need,prefer,to,talk,speak,
        chat,connect,transfer,get,give,put,through,contact,reach,with,a,an,can,could,may,is,any,please,pls,let,
        not,no,bots,robot,robots,machine,real,live,actual,now,right,just,only,how,do,from,rather,hand,over,
        switch,instead,of,here,available""",
    "thanks": """
        👍,🙏,👌,❤,😊,🙂,💯,谢谢,谢了,谢啦,谢,感谢,感恩,多谢,感激,唔该晒,唔该,辛苦了,辛苦,麻烦你了,麻烦了,3q,
        太好了,太棒了,很有帮助,有帮助,帮了大忙,解决了,搞定了,搞定,成功了,没问题了,没事了,没有问题了,
        没有其他问题了,没有其他问题,不用了,thank you,thanks,thankyou,thank u,thx,thnx,tks,ty,cheers,
        appreciate it,appreciated,got it,helps,helped,helpful,works,worked,solved,all good,no more questions,
        好的,好滴,好哒,好喔,好哦,好呀,好吧,好,ok,okay,okie,oki,okk,收到,了解了,了解,明白了,明白,知道了,知道,
        懂了,懂,清楚了,清楚,原来如此,原来是这样,这样啊,是喔,是哦,对,i see,understood,noted,great,perfect,
        awesome,cool,nice,sure,alright,fine,good,yes,yep""",
    "goodbye": """
        👋,再见,再会,掰掰,掰,拜拜,拜,88,886,下次见,晚点见,先这样,就这样,就到这里,没别的了,晚安,good bye,goodbye,
        bye bye,byebye,bye,see you,see ya,cya,take care,good night,goodnight,have a nice day,have a good day,
        have a great day,have a nice one,have a good one""",
    "greeting": """
        您好,你们好,你好,妳好,大家好,哈喽,哈啰,哈罗,嗨,嘿,喂,安安,早上好,早安,早,午安,下午好,晚上好,在吗,在么,
        在不在,有人在吗,有人吗,有人么,请问一下,请问,打扰了,打扰一下,不好意思,帮帮我,帮我,救命,help,help me,
        can you help me,i need help,hello,helo,hi,hiya,hey,yo,good morning,good afternoon,good evening,good day,
        greetings,anyone there,anybody there,anyone here,are you there,how are you,what's up,whats up,
        nice to meet you""",
    "filler": """
        请,嗯,非常,真的,实在,超级,超,很,太,十分,啦,啊,呀,哇,喔,哦,噢,恩,哈,呵,嘻,嘛,吧,呢,吗,了,的,诶,欸,耶,捏,
        唷,哟,那,就,都,先,会,再,一下,帮忙,帮助,回答,回复,解答,指导,说明,服务,耐心,详细,你们,您们,您,你,我,
        亲爱的,亲,大神,小编,老师,先生,小姐,朋友,各位,so,much,very,really,a lot,lots,for,the,your,help,helping,
        quick,answer,answers,reply,me,my,this,that,it,and,again,too,there,everyone,all,guys,man,bro,sir,mate,
        team,bot,supportbot,you,u""",
}
# A piece of two kinds counts for the first.
_KINDS: dict[str, _Kind] = {}
for _kind, _texts in _PIECES.items():
    for _text in _texts.split(","):
        _KINDS.setdefault(_text.strip(), _kind)

_POLITE = {"thanks", "goodbye", "greeting", "filler"}
_REQUEST = {"person", "ask_for", "thanks", "greeting", "filler"}
_LONGEST = 60
"""Longer texts, in characters, are not small talk."""


def _pattern() -> re.Pattern[str]:
    """Return the pattern for one piece, the longest first and Latin ones as whole words, or one sign."""
    pieces = [re.escape(piece) for piece in sorted(_KINDS, key=len, reverse=True)]
    latin = "|".join(piece for piece in pieces if piece.isascii())
    other = "|".join(piece for piece in pieces if not piece.isascii())
    return re.compile(rf"(?P<piece>(?<![a-z0-9])(?:{latin})(?![a-z0-9])|{other})|\W|_")


_PIECE = _pattern()
_REPEATED = re.compile(r"([^\W\d])\1{2,}")  # helloooo, 哈哈哈


def recognise(text: str) -> Intent | None:
    """Return the intent of a text that is nothing but small talk; None for any other text.

    >>> recognise("謝謝你！")
    'thanks'
    """
    folded = _REPEATED.sub(r"\1", fold(text))
    found, end = set(), 0
    for match in _PIECE.finditer(folded) if len(folded) <= _LONGEST else ():
        if match.start() != end:
            return None
        end = match.end()
        if match["piece"]:
            found.add(_KINDS[match["piece"]])
    if end != len(folded):
        return None
    if "person" in found and found <= _REQUEST:
        return "person"
    if found <= _POLITE:
        return next((intent for intent in ("goodbye", "thanks", "greeting") if intent in found), None)
    return None

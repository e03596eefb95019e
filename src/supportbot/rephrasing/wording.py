"""The words that turn what a sentence says, and the words that say nothing: what a rephrasing is checked by.

All are in folded form: Simplified characters, lower case. A word that is in no table is content: a rephrasing may use
it only if the article does.
"""

import re
from collections.abc import Mapping
from typing import Literal

Kind = Literal[
    "word",  # content
    "number",
    "sign",  # = × → …
    "not",  # is not, will not
    "cannot",
    "dont",  # an order not to
    "neednt",
    "undo",  # verbs that take away what they speak of: cancel, avoid
    "must",
    "may",
    "advise",
    "hedge",
    "only",
    "if",
    "reason",
    "even",  # conditions that make no difference
    "then",
    "sequence",
    "before",
    "after",
    "when",
    "within",
    "all",
    "role",  # who does what to whom
    "of",
    "and",
    "or",
    "done",
    "asks",
    "filler",
]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORDS: Mapping[Kind, str] = {
    "not": "不 没 没有 未 未曾 尚未 还没 无 非 并非 不是 不会 不再 从不 绝不 永不 not no never without isn't aren't "
    "won't doesn't didn't don't nor",
    "cannot": "不能 不可 不可以 不得 无法 不允许 不准 禁止 没办法 没法 cannot can't unable couldn't",
    "dont": "不要 勿 切勿 请勿 别 不应 不该 不应该 不宜",
    "neednt": "不用 不必 无需 无须 毋须 毋需 不需要 不需 needn't",
    "undo": "取消 撤销 删除 删掉 停止 暂停 终止 关闭 关掉 解除 拒绝 避免 避开 防止 阻止 失败 过低 有错 消失 "
    "avoid cancel stop remove delete close refuse fail",
    "must": "必须 务必 一定要 必需 须 需要 需 要 must need should required",
    "may": "可以 可 能 能够 就能 能否 can could",
    "advise": "建议 推荐",
    "hedge": "可能 或许 也许 通常 一般 大约 约 大概 左右 某些 有些 部分 有时 不一定 不定 may might sometimes usually",
    "only": "只 只能 只有 只可 只需 只会 只是 仅 仅仅 唯一 only",
    "if": "如果 若 若是 假如 假若 要是 倘若 只要 一旦 万一 的话 当 如有 如需 除非 if unless once",
    "reason": "因为 由于 为了 所以 因此 从而 because therefore",
    "even": "无论 不管 不论 即使 就算 哪怕 whether",
    "then": "就 便 才 则 一律 否则",
    "sequence": "先 再 然后 接着 随后 最后 首先 依次 依序 第一步 第二步 first then next finally",
    "before": "之前 以前 前 before",
    "after": "之后 以后 后 完后 after",
    "when": "时 时候 的时候 when",
    "within": "之内 以内 内 within",
    "all": "所有 全部 任何 一切 每 各 全都 永远 always every all any",
    "role": "由 被 给 向 从 比 替 遭 by from to",
    "of": "的",
    "and": "和 与 跟 及 以及 、 and",
    "or": "或 或者 或是 还是 / or",
    "asks": "能不能 可不可以 是不是 有没有 会不会 要不要 是否 吗 呢 怎么 怎样 如何 为什么 什么",
    "done": "已 已经 already",
    "filler": "请 您好 你好 您们 您 你 你们 也 又 还 还有 另外 此外 同时 而且 并 并且 而 但 但是 然而 不过 可是 却 "
    "那 那么 这 这个 这些 这里 那里 这样 这时 这位 该 此 其 它 它们 他 她 他们 是 为 有 会 将 在 于 里 "
    "中 上 下 来 去 把 让 用 以 属于 用来 用于 做 地 得 之 了 着 吧 哦 喔 啦 呀 好 都 均 皆 也就是 "
    "也就是说 即 即可 想 想要 进行 操作 方式 方法 步骤 流程 相关 相应 注意 提醒 提示 说明 简单来说 例如 "
    "比如 像是 如 等 等等 以下 如下 下列 具体 一下 一并 按照 依照 根据 依 按 到 对 对于 关于 至 其中 "
    "不仅 不只 不但 不光 本 自己 本人 处 所 位 个 共 一共 共有 享有 享受 哪 哪些 a an the is are be it "
    "its this that of for in on at with you your we our please will as",
}

FIRM: frozenset[str] = _set("必须 务必 一定要 必需 must required")
"""The words of duty that leave no choice."""

FIRST: frozenset[str] = _set("先 首先 第一步 first")
"""The words of sequence that begin one."""

REASONS: frozenset[str] = _set("为了 因为 由于")
"""They open a clause that gives a reason: nothing hangs on it."""

LITERAL: frozenset[str] = _set("除非 无论 不管 不论 即使 就算 哪怕 unless 才 只有 一律 否则 only 永远")
"""Words that change what a condition means: a rephrasing has them only where its source has them."""

TIMES: tuple[Kind, ...] = ("when", "after", "before", "within")
PERSONS: frozenset[str] = _set("您 你 我们")
OTHERS: frozenset[str] = _set("他们 她们 they")
STANDS_FOR: frozenset[str] = _set("他 她 它 其 他们 这 这个 这位 该 自己 本人 对方")

NEGATIVE: frozenset[Kind] = frozenset({"not", "cannot", "dont", "neednt"})
BACKWARD: frozenset[str] = _set("失败 过低 有错 消失")
"""Words that speak of what stands before them."""
ALIKE: frozenset[frozenset[Kind]] = frozenset({frozenset({"not", "cannot"}), frozenset({"cannot", "dont"})})
"""Two kinds of "no" that may stand for each other: cannot for will not, do not for cannot."""

KINDS: dict[str, Kind] = {word: kind for kind, words in _WORDS.items() for word in words.split()}

# Words that hold a negative character and are none.
WHOLE: frozenset[str] = _set(
    "不同 不一样 不久 不足 不少 不少于 不低于 不超过 差不多 不好意思 对不起 识别 辨别 个别 特别 区别 分别 类别 "
    "级别 别的 别人 性别 未来 未成年 非常 无误"
)
NEGATIVE_CHARACTERS = re.compile("[不没無无未非勿别]")

# Everyday words that mean the same in instructions; a corpus adds its own in its lexicon.
_SAME = """
点击 点选 点按 按下 点
打开 开启
填写 填上 填入 填好 填
最新版 最新版本
查看 看 看到 看见
声称 自称 宣称
用户名 用户名称
包括 包含
前往 到 去
立即 立刻 马上
私密 隐私
过 通过
更改 修改 变更
后 完
因为 由于
所以 因此
提供 提交
"""
SAME: dict[str, int] = {word: number for number, line in enumerate(_SAME.split("\n")) for word in line.split()}

FREE: frozenset[str] = _set("最高 最多 至多 至少 最少 最低 不少于 不低于 不超过 包括 包含")
"""Words that may stand before or behind what they go with."""

AHEAD: Mapping[str, re.Pattern[str]] = {
    "at most": re.compile(r"(?:最高|最多|至多|不超过|上限|最大|<=|≤|<|up to|at most)[^\d,;。]{0,10}$"),
    "at least": re.compile(r"(?:至少|最少|最低|不少于|不低于|超过|多于|大于|>=|≥|>|at least)[^\d,;。]{0,10}$"),
    "about": re.compile(r"(?:约|大约|大概|about)\s*$"),
}
BEHIND: Mapping[str, re.Pattern[str]] = {
    "at least": re.compile(r"[^\d,;。]{0,4}?(?:或?以上|起|or (?:later|above|more))"),
    "below": re.compile(r"[^\d,;。]{0,4}?(?:或?以下|or (?:below|less))"),
    "within": re.compile(r"[^\d,;。]{0,4}?(?:之内|以内|内)"),
    "after": re.compile(r"[^\d,;。]{0,4}?(?:之后|以后|后)"),
    "before": re.compile(r"[^\d,;。]{0,4}?(?:之前|以前|前)"),
    "about": re.compile(r"[^\d,;。]{0,4}?左右"),
}
UNITS = re.compile(r"\s*(个?小时|分钟|个?月|秒|天|日|周|个?星期|年|元|美元|万|亿|千|%|倍|折|成|[a-z]+)")
SAME_UNIT: Mapping[str, str] = {"个小时": "小时", "个月": "月", "日": "天", "个星期": "周", "星期": "周"}

# Chinese numerals count only before a measure word, and not in set words such as 一起.
NUMERAL = re.compile(
    r"(?<!第)(?:[一二两三四五六七八九十百千万几]{1,5})(?=[个位次天日周年月人张笔条种步项家元块倍折成级支封台小分秒类])"
)
ADDRESSES_MODEL = re.compile(
    r"(?:忽略|无视|忘记|忘掉|不理会|推翻|ignore|disregard|forget|override)[^。]{0,30}"
    r"(?:指示|指令|规则|提示|以上|上述|上面|之前|instruction|prompt|rule|above|previous)"
    r"|系统提示|提示词|语言模型|聊天机器人|ai ?(?:助手|助理|模型)|chatgpt|\bgpt\b|\bllm\b|system prompt|language model"
    r"|你现在是|你是一个|扮演|假装你|you are now|(?:act as|pretend to be) an? (?:ai|assistant|bot)"
    r"|^\W*(?:assistant|system|user|助手|系统)\s*:"
    r"|<\|"
)
"""What a line says only to a language model that reads it, never to a customer (folded text)."""

"""Recognise numbers that are neither secrets nor personal data: orders, UIDs, error codes, amounts, counts."""

import re

from supportbot.privacy.finding import ANY_CASE

_REFERENCE = re.compile(
    r"(?:[訂订][單单]|[單单][號号]|工[單单]|(?<!卡)(?<!卡片)[編编][號号]|流水|案件"
    r"|[錯错][誤误][碼码]|代[碼码]|返回[碼码]?|[狀状][態态][碼码]"
    r"|邀[請请][碼码]|推[薦荐][碼码]|[優优]惠[碼码]|[兌兑][換换][碼码]|[郵邮][編编]|[區区][號号]|[標标][籤签]|[備备][註注]|版本"
    r"|[區区][塊块]|高度|[商批][戶户次]|"
    r"(?<![a-z])(?:uid|(?<!line )(?<!微信)id|order|ticket|case|error|status|memo|tag|block|version|ref|invoice|nonce))"
    r"\s{0,2}(?:[號号碼码]|id|code|no\.?|number)?[\s:#=]{0,3}(?:是|為|为|係|填|is|was)?[\s:#]{0,2}",
    ANY_CASE,
)
_REFERENCE_REACH = 24
_MONEY = re.compile(
    r"\s{0,2}(?:[元塊块萬万%％枚顆颗]|美[元金]|[台臺港][幣币]|(?:usd[tc]?|twd|ntd?|hkd|cny|rmb|eur|jpy|gbp|krw|sgd|myr|aud|cad"
    r"|btc|eth|sats|shib|doge|sol|xrp|trx|bnb|ada)(?![a-z]))",
    ANY_CASE,
)
_COUNT = re.compile(
    r"\s{0,2}(?:年|月|日|秒|分[鐘钟]|小[時时]|天|次|位|[個个]|[筆笔]|倍|[張张]|行|字"
    r"|(?:days?|hours?|minutes?|seconds?)(?![a-z]))",
    ANY_CASE,
)


def is_reference(text: str, start: int) -> bool:
    """Return whether the words before index `start` call the number an order, a UID, an error code or the like."""
    before = text[max(0, start - _REFERENCE_REACH) : start]
    return any(match.end() == len(before) for match in _REFERENCE.finditer(before))


def is_money(text: str, start: int, end: int) -> bool:
    """Return whether the number `text[start:end]` is an amount of money or coins."""
    return text[start - 1 : start] in {"$", "€", "£", "¥"} or _MONEY.match(text, end) is not None


def is_counted(text: str, end: int) -> bool:
    """Return whether a unit that is counted (days, times, digits …) follows the number that ends at index `end`."""
    return _COUNT.match(text, end) is not None

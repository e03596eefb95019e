"""What robots.txt allows, by RFC 9309: the longest rule counts, and `*` and `$` have a meaning.

The standard library's `urllib.robotparser` takes the first rule that fits and knows no wildcards, so that it would read
`Disallow: /*/search` as a path with a star in it.
"""

import re
from urllib.parse import quote

_MAX_RULES = 5000
_LINE = re.compile(r"\s*(user-agent|allow|disallow|crawl-delay)\s*:([^#]*)", re.IGNORECASE)


class Robots:
    """The rules for one robot: those that name it, else those for all.

    >>> Robots("User-agent: *\\nDisallow: /hc/*/search", "supportbot").allows("/hc/zh-tw/search?q=1")
    False
    """

    def __init__(self, text: str, agent: str) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}  # ours only: agents times rules would have no bound
        named: list[str] = []
        in_rules = True
        for line in re.split(r"[\r\n]+", text):
            if not (match := _LINE.match(line)):
                continue
            key, value = match[1].lower(), match[2].strip()
            if key == "user-agent":
                named = [] if in_rules else named
                named.append(value.partition("/")[0].strip().lower())
                if named[-1] in (agent.lower(), "*"):
                    groups.setdefault(named[-1], [])
            elif named:
                for name in groups.keys() & set(named):
                    groups[name].append((key, value))
            in_rules = key != "user-agent"
        own = groups.get(agent.lower(), groups.get("*", []))[:_MAX_RULES]
        self._rules = [(key == "allow", _encoded(value)) for key, value in own if key != "crawl-delay" and value]
        delays = [
            float(value) for key, value in own if key == "crawl-delay" and re.fullmatch(r"\d{1,6}(\.\d+)?", value)
        ]
        self.delay = max(delays, default=0.0)
        """The seconds between two requests that are asked for."""

    def allows(self, path: str) -> bool:
        """Return whether a path, with its query, may be read."""
        path = _encoded(path)
        fitting = [(len(rule), allow) for allow, rule in self._rules if _fits(rule, path)]
        return max(fitting, default=(0, True))[1]


def _encoded(path: str) -> str:
    return re.sub(r"%[0-9a-f]{2}", lambda match: match[0].upper(), quote(path, safe="/%:@!$&'()*+,;=~?"), flags=re.I)


def _fits(rule: str, path: str) -> bool:
    """Return whether a rule fits the beginning of a path. Each part is looked for once, from left to right."""
    to_end = rule.endswith("$")
    first, *others = rule.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    position = len(first)
    last = others.pop() if to_end and others else None
    for part in others:
        if (found := path.find(part, position)) < 0:
            return False
        position = found + len(part)
    if last is not None:
        return len(path) - len(last) >= position and path.endswith(last)
    return position == len(path) if to_end else True

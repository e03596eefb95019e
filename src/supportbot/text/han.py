"""Han characters: the one home of their Unicode ranges, written for use inside a character class."""

import re

BASIC = "\u4e00-\u9fff"
"""CJK Unified Ideographs: the characters in common use."""

HAN = f"\u3400-\u4dbf{BASIC}\uf900-\ufaff\U00020000-\U0003ffff"
"""`BASIC`, extension A, the compatibility ideographs, and the planes of the rarer extensions."""

CHARACTER = re.compile(f"[{HAN}]")
RUN = re.compile(f"[{HAN}]+")

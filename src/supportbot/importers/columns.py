"""Which field of an article a column of a table, or a key of a JSON record, holds: by the names that people give them.

Names are compared folded: both scripts, upper and lower case, spaces, `_` and `-` are the same, so only one spelling of
each stands here.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from supportbot.errors import InputError
from supportbot.text.folding import exact_key

_COUNTED = re.compile(r"\s*(?:[(（\[]?\d{1,3}[)）\]]?|[(（\[]?[一二三四五六七八九十]{1,3}[)）\]]?)\s*$")

# For each field the names of its columns, the one that is taken first in front.
_NAMES: Mapping[str, str] = {
    "id": "id 編號 文章編號 文章id 文章號 article_id faq_id uid uuid guid 識別碼",
    "title": "title 標題 文章標題 文章名稱 主旨 題目 名稱 article_title name subject headline heading summary_title "
    "question 問題 標準問題 標準問 標準問法 常見問題 主問題 問句 提問 faq q 問",
    "text": "text body 內文 正文 內容 文章內容 content answer 答案 答覆 回答 標準答案 標準答覆 回覆 解答 解決方案 "
    "解決方法 解法 說明 詳細說明 markdown html body_html content_html article_body article_content body_text "
    "a 答 reply response solution",
    "category": "category 分類 類別 分類名稱 類別名稱 主分類 一級分類 大分類 大類 產品分類 問題分類 主題 欄目 目錄 "
    "categories category_name topic topics group",
    "section": "section 子分類 子類別 次分類 次類別 二級分類 中分類 小分類 小類 章節 section_name subcategory "
    "sub_category folder folder_name collection",
    "questions": "questions 相似問法 相似問 相似問題 同義問句 同義問法 同義問題 其他問法 擴展問 擴展問法 延伸問法 問法 "
    "變體問句 alternative_questions similar_questions variants utterances alternate_questions paraphrases",
    "url": "html_url url 連結 網址 鏈接 文章連結 文章網址 文章鏈接 link permalink page_url public_url href address "
    "web_url",
    "tags": "tags 標籤 關鍵字 關鍵詞 tag label_names labels keywords",
    "description": "description 摘要 簡介 概要 描述 summary excerpt abstract subtitle",
    "locale": "locale 語言 語系 語種 language lang",
    "draft": "draft is_draft 草稿",
    "status": "status state 狀態 發佈狀態 發布狀態 文章狀態 上架狀態 article_status",
    "live": "is_published 已發佈 已發布 是否發佈 是否發布 是否上架 上架 enabled 啟用 是否啟用 active is_active "
    "visible is_visible 是否顯示",
    "visibility": "visibility 可見性 可見範圍 權限 access audience viewable_by",
    "restricted": "user_segment_id user_segment_ids",
    "views": "views 瀏覽次數 瀏覽量 瀏覽數 觀看次數 點閱次數 點閱數 點閱率 點擊數 點擊次數 閱讀次數 閱讀量 人氣 "
    "view_count page_views pageviews hits",
    "published": "published 發佈日期 發布日期 發佈日 發布日 建立日 上架日 "
    "發佈時間 發布時間 建立日期 建立時間 創建時間 創建日期 上架日期 刊登日期 "
    "published_at publish_date date_published created_at created created_on date createdat creation_date",
    "updated": "edited_at updated 更新日期 更新日 修改日 "
    "更新時間 最後更新 最後更新日期 最後更新時間 修改日期 修改時間 最後修改 "
    "最後修改時間 更新於 updated_at modified_at modified last_updated last_modified last_update lastmod "
    "updated_on date_modified",
    "platforms": "platforms 平台 適用平台 platform 適用端 裝置 裝置平台",
    "complete": "complete",
    "pinned": "pinned",
    "excluded": "excluded",
    "slug": "slug 路徑 path",
}
FIELDS = tuple(name for name in _NAMES if name not in ("section", "live", "restricted", "slug", "status", "visibility"))
"""The fields that a caller may name."""


@lru_cache(maxsize=1000)
def field_of(name: str) -> tuple[str, int] | None:
    """Return the field that a column of this name holds, and its rank among the names for it; None if not known.

    >>> field_of("標題"), field_of("Html-URL"), field_of("作者")
    (('title', 1), ('url', 0), None)

    One of several columns of a field may have a number: 相似問法1, 相似問法（2）.
    """
    key = exact_key(name[:100])
    aliases = _aliases()
    return aliases.get(key) or aliases.get(exact_key(_COUNTED.sub("", name[:100])))


def check(columns: Mapping[str, str]) -> dict[str, str]:
    """Return a caller's mapping of columns to fields. Raises `InputError` for a field that there is not."""
    checked = {}
    for name, field in columns.items():
        field = "text" if field == "body" else field
        if field not in _NAMES:
            raise InputError(f"column {name!r:.60}: unknown field {field!r:.60}; expected one of {', '.join(FIELDS)}")
        checked[name] = field
    return checked


def assign(names: Iterable[str], columns: Mapping[str, str]) -> tuple[dict[str, list[str]], list[str]]:
    """Return for each field the names of its columns, the first choice in front, and the names that are not known.

    `columns` is what a caller says, which goes before everything else.
    """
    found: dict[str, list[tuple[int, int, str]]] = {}
    unknown = []
    for place, name in enumerate(names):
        if name in columns:
            field, rank = columns[name], -1
        elif known := field_of(name):
            field, rank = known
        else:
            unknown.append(name)
            continue
        found.setdefault(field, []).append((rank, place, name))
    fields = {field: [name for _, _, name in sorted(ranked)] for field, ranked in found.items()}
    if "description" in fields and "text" not in fields:  # the only text that there is
        fields["text"] = fields.pop("description")
    return fields, unknown


@cache
def _aliases() -> dict[str, tuple[str, int]]:
    aliases: dict[str, tuple[str, int]] = {}
    for field, names in _NAMES.items():
        for rank, name in enumerate(names.split()):
            aliases.setdefault(exact_key(name), (field, rank))
    return aliases

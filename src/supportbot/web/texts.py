"""The texts of the help centre's pages in Traditional Chinese, Simplified Chinese and English."""

import calendar
import datetime as dt
from collections.abc import Mapping

from supportbot.text.locale import LOCALES, Locale

NAMES: Mapping[Locale, str] = {"zh-Hant": "繁體中文", "zh-Hans": "简体中文", "en": "English"}


def texts(locale: Locale) -> Mapping[str, str]:
    """Return all texts of a language by name; placeholders are in braces."""
    return _BY_LOCALE[locale]


def date(day: dt.date, locale: Locale) -> str:
    """Return a day as readers of a language write it."""
    if locale == "en":
        return f"{day.day} {calendar.month_name[day.month]} {day.year}"
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


# Name: Traditional, Simplified, English.
_TEXTS: Mapping[str, tuple[str, str, str]] = {
    "help_centre": ("幫助中心", "帮助中心", "Help centre"),
    "skip": ("跳到主要內容", "跳到主要内容", "Skip to content"),
    "home": ("首頁", "首页", "Home"),
    "hero": ("您好，需要什麼幫助？", "您好，需要什么帮助？", "How can we help?"),
    "lead": (
        "輸入您的問題，或從下方的分類開始。",
        "输入您的问题，或从下方的分类开始。",
        "Type your question, or start from a topic below.",
    ),
    "description": (
        "搜尋常見問題、操作步驟與注意事項。",
        "搜索常见问题、操作步骤与注意事项。",
        "Search common questions, step-by-step instructions and things to watch for.",
    ),
    "search": ("搜尋", "搜索", "Search"),
    "search_label": ("搜尋幫助中心", "搜索帮助中心", "Search the help centre"),
    "search_hint": ("例如：如何更換手機號碼？", "例如：如何更换手机号码？", "For example: change my phone number"),
    "suggestions": ("搜尋建議", "搜索建议", "Suggestions"),
    "suggestions_count": (
        "有 {count} 個建議，用上下鍵選擇",
        "有 {count} 个建议，用上下键选择",
        "{count} suggestions, use the arrow keys",
    ),
    "categories": ("分類", "分类", "Topics"),
    "article_count": ("{count} 篇文章", "{count} 篇文章", "{count} articles"),
    "article_count_one": ("1 篇文章", "1 篇文章", "1 article"),
    "popular": ("最多人閱讀", "最多人阅读", "Most read"),
    "recent": ("最近更新", "最近更新", "Recently updated"),
    "category": ("分類", "分类", "Topic"),
    "category_description": (
        "「{name}」分類的說明文章。",
        "“{name}”分类的帮助文章。",
        "Help articles about {name}.",
    ),
    "platform": ("使用的裝置", "使用的设备", "Where you use it"),
    "any": ("全部", "全部", "All"),
    "apply": ("套用", "应用", "Apply"),
    "results_for": ("「{question}」的搜尋結果", "“{question}”的搜索结果", "Results for “{question}”"),
    "search_title": ("搜尋：{question}", "搜索：{question}", "Search: {question}"),
    "search_invite": (
        "輸入關鍵字，或直接寫下您的問題。",
        "输入关键词，或直接写下您的问题。",
        "Type a few words, or ask your question in full.",
    ),
    "search_empty": (
        "請先輸入想找的內容，再按搜尋。",
        "请先输入想找的内容，再点搜索。",
        "Please type what you are looking for first.",
    ),
    "search_long": (
        "內容太長了：最多 {limit} 個字，您輸入了 {length} 個。請縮短後再試一次。",
        "内容太长了：最多 {limit} 个字，您输入了 {length} 个。请缩短后再试一次。",
        "That is too long: at most {limit} characters are read, and there are {length}. Please shorten it.",
    ),
    "nothing": ("找不到相符的文章", "没有找到相符的文章", "No article matches"),
    "unsure": (
        "看來沒有文章能直接回答這個問題",
        "看来没有文章能直接回答这个问题",
        "Probably no article answers this",
    ),
    "unsure_more": (
        "您可以換個說法再搜尋一次，或在對話中把情況告訴我們。",
        "您可以换个说法再搜索一次，或在对话中把情况告诉我们。",
        "Try other words, or tell us about it in the chat.",
    ),
    "without_filters": ("不限分類與裝置再找一次", "不限分类与设备再找一次", "Search all topics and devices"),
    "open_chat": ("開啟對話", "打开对话", "Open the chat"),
    "nearest": ("最接近的文章", "最接近的文章", "The nearest articles"),
    "updated": ("更新於 {date}", "更新于 {date}", "Updated {date}"),
    "published": ("發佈於 {date}", "发布于 {date}", "Published {date}"),
    "incomplete": (
        "這篇文章的內容不完整，部分說明可能沒有收錄。",
        "这篇文章的内容不完整，部分说明可能没有收录。",
        "This article is incomplete: some of it may be missing here.",
    ),
    "chinese_only": (
        "",
        "",
        "Articles are available in Chinese only. You can search for them in English.",
    ),
    "contents": ("本文內容", "本文内容", "On this page"),
    "breadcrumb": ("所在位置", "所在位置", "Breadcrumb"),
    "platform_tabs": ("選擇裝置", "选择设备", "Choose where you use it"),
    "copy_link": ("複製此段連結", "复制此段链接", "Copy link to this section"),
    "copied": ("已複製連結", "已复制链接", "Link copied"),
    "helpful_question": ("這篇文章有幫助嗎？", "这篇文章有帮助吗？", "Was this article helpful?"),
    "yes": ("有幫助", "有帮助", "Yes"),
    "no": ("沒有幫助", "没有帮助", "No"),
    "thanks": ("謝謝您的回饋！", "谢谢您的反馈！", "Thank you for telling us."),
    "vote_failed": ("沒有送出，請稍後再試。", "没有送出，请稍后再试。", "That was not sent. Please try again later."),
    "related": ("相關文章", "相关文章", "Related articles"),
    "own_page": ("查看原文", "查看原文", "Read it on its own page"),
    "language": ("語言", "语言", "Language"),
    "error_404": ("找不到這個頁面", "找不到这个页面", "Page not found"),
    "error_404_more": (
        "連結可能已經失效，或網址有誤。試著搜尋看看，或回到首頁。",
        "链接可能已经失效，或网址有误。试着搜索看看，或回到首页。",
        "The link may be out of date, or the address mistyped. Try a search, or go to the home page.",
    ),
    "error_429": ("請求太頻繁", "请求太频繁", "Too many requests"),
    "error_429_more": ("請稍等一會兒再試。", "请稍等一会儿再试。", "Please wait a moment, then try again."),
    "error_4xx": ("無法處理這個請求", "无法处理这个请求", "That request could not be read"),
    "error_4xx_more": ("請回到首頁再試一次。", "请回到首页再试一次。", "Please go to the home page and try again."),
    "error_5xx": ("暫時無法提供服務", "暂时无法提供服务", "Something went wrong here"),
    "error_5xx_more": (
        "問題出在我們這邊，請稍後再試。",
        "问题出在我们这边，请稍后再试。",
        "It is our fault, not yours. Please try again in a moment.",
    ),
    "request": ("問題編號", "问题编号", "Reference"),
}

_BY_LOCALE: Mapping[Locale, Mapping[str, str]] = {
    locale: {name: said[place] for name, said in _TEXTS.items()} for place, locale in enumerate(LOCALES)
}

"""The project's own corpus: 15 articles with their titles, dates, views and facts, and the steps that answers show."""

import datetime as dt
from pathlib import Path

import pytest

from supportbot.content.articles import Article, read
from supportbot.index.chunking import Step, split
from supportbot.text import scripts
from supportbot.text.folding import clean, exact_key

CORPUS = Path(__file__).parents[2] / "corpus"

# id, title, published, updated, views: as the help centre lists them.
LISTING = [
    ("okx-creator-program", "OKX 達人介紹", "2025-12-16", "2026-02-02", 5),
    ("emergency-contact", "如何添加緊急聯繫人?", "2025-07-24", "2026-02-12", 244),
    ("reconfirm-personal-information", "爲什麼需要重新確認個人信息?", "2025-03-19", "2025-10-15", 136),
    ("personal-identity-verification", "如何完成個人帳號的身份認證?", "2023-09-25", "2026-03-18", 30762),
    ("face-recognition-failure", "人臉識別無法通過怎麼辦?", "2024-10-11", "2026-03-18", 400),
    ("official-channel-verification", "如何正確進行官方渠道驗證?", "2023-08-11", "2026-01-26", 5357),
    ("dex-referral-program", "如何加入 DEX 邀請計劃 ?", "2025-07-21", "2026-03-02", 325),
    ("travel-rule-deposit-release", "當需要國際轉賬規則額外驗證時,如何釋放充幣資產?", "2024-04-29", "2026-02-18", 190),
    ("affiliate-link-assessment", "助力鏈接考核規則", "2023-09-28", "2026-03-16", 640),
    ("team-earn-campaign-faq", "集力賺幣活動常見問題", "2025-11-06", "2026-03-04", 188),
    ("trust-verification", "信托如何進行驗證?", "2023-10-13", "2026-02-12", 112),
    ("business-account-verification", "企業賬戶認證指南", "2024-10-10", "2026-02-02", 51),
    ("scam-identification", "如何辨識詐騙手法?", "2023-09-28", "2026-02-06", 2600),
    ("security-item-unavailable", "手機/郵箱/身分驗證應用無法使用怎麼辦?", "2023-09-15", "2026-03-03", 6113),
    ("copy-trading-followed-traders", "如何選擇和查看已關注的交易員?【跟單者】", "2022-12-22", "2026-03-17", 259),
]

FACTS = [
    ("emergency-contact", "個人資料和設置 → 安全設置 → 高級安全設置 → 緊急聯繫人"),
    ("emergency-contact", "【允許 OKX 通知此聯繫人】"),
    ("reconfirm-personal-information", "姓名、出生日期和 ID 號碼"),
    ("personal-identity-verification", "個人資料和設置 → 個人資料 → 身份認證"),
    ("personal-identity-verification", "我的 → C2C 視頻認證 → 立即認證"),
    ("personal-identity-verification", "關於 OKX → 檢查更新"),
    ("personal-identity-verification", "聽到「嘀」聲再回答【是的】"),
    ("face-recognition-failure", "C2C 交易 → 我的 → 收款賬號管理"),
    ("face-recognition-failure", "設置 → 應用權限管理"),
    ("face-recognition-failure", "Wi-Fi"),
    ("official-channel-verification", "群組信息 → 群組頭像"),
    ("official-channel-verification", "私鑰、助記詞、密碼或驗證碼"),
    ("dex-referral-program", "6.134.0"),
    ("dex-referral-program", "3.69.0"),
    ("dex-referral-program", "最高 50%"),
    ("dex-referral-program", "10 USDC × (50% − 10%) = 4 USDC"),
    ("dex-referral-program", "6 個等級"),
    ("travel-rule-deposit-release", "【我是發件人】"),
    ("travel-rule-deposit-release", "發件人的法定姓名"),
    ("affiliate-link-assessment", "交易人數≥5"),
    ("team-earn-campaign-faq", "最高可賺 100 USDT"),
    ("team-earn-campaign-faq", "總名額 − 神秘好友數量"),
    ("trust-verification", "support@okx.com"),
    ("trust-verification", "最終實益所有人（UBO）"),
    ("business-account-verification", "每個主體都只能有一個帳戶"),
    ("business-account-verification", "補充確認書"),
    ("security-item-unavailable", "個人資料和設定 → 安全中心 → 郵件驗證 → 修改郵箱地址"),
    ("security-item-unavailable", "24 小時"),
    ("security-item-unavailable", "【重置安全驗證方式】"),
    ("copy-trading-followed-traders", "交易 → 交易廣場 → 個人主頁"),
    ("okx-creator-program", "F1"),
    ("scam-identification", "虛假獎品或優惠"),
]

# How many steps each step list has, in reading order; the articles not named here give no instructions in steps.
STEP_LISTS = {
    "copy-trading-followed-traders": [4],
    "emergency-contact": [7],
    "face-recognition-failure": [2],
    "official-channel-verification": [4, 4, 4],
    "personal-identity-verification": [3, 4, 6],
    "scam-identification": [6],
    "security-item-unavailable": [5],
    "travel-rule-deposit-release": [2],
    "trust-verification": [3],
}


@pytest.fixture(scope="module")
def own() -> dict[str, Article]:
    return {article.id: article for article in read(CORPUS)}


def steps_of(article: Article) -> list[Step]:
    return [step for chunk in split(article) for step in chunk.steps]


def test_the_fifteen_articles_have_the_titles_dates_and_views_of_the_help_centre(own: dict[str, Article]) -> None:
    listed = {
        id: (title, dt.date.fromisoformat(published), dt.date.fromisoformat(updated), views)
        for id, title, published, updated, views in LISTING
    }
    assert len(listed) == 15
    assert {id: (a.title, a.published, a.updated, a.views) for id, a in own.items()} == listed


@pytest.mark.parametrize(("id", "fact"), FACTS)
def test_a_fact_of_the_help_centre_stands_in_its_article(own: dict[str, Article], id: str, fact: str) -> None:
    assert fact in own[id].body


def test_each_article_is_filed_under_its_id_in_a_category_with_a_date_of_change_after_that_of_publication() -> None:
    for file in sorted((CORPUS / "articles").glob("*.md")):
        assert f"\nid: {file.stem}\n" in file.read_text(encoding="utf-8")
    for article in read(CORPUS):
        assert article.category
        assert article.published
        assert article.updated
        assert article.published < article.updated


def test_articles_that_the_help_centre_cuts_short_say_so(own: dict[str, Article]) -> None:
    assert {id for id, article in own.items() if article.complete} == {
        "emergency-contact",
        "reconfirm-personal-information",
    }


def test_articles_are_traditional_chinese_and_hold_nothing_invisible(own: dict[str, Article]) -> None:
    for article in own.values():
        for line in [article.title, *article.body.splitlines()]:
            assert clean(line) == line.strip()
        assert scripts.detect(article.body) == "hant"


def test_step_lists_are_read_where_there_are_some_and_nowhere_else(own: dict[str, Article]) -> None:
    lists = {id: [len(chunk.steps) for chunk in split(article) if chunk.steps] for id, article in own.items()}
    assert {id: counts for id, counts in lists.items() if counts} == STEP_LISTS


def test_the_way_to_the_emergency_contact_is_read_menu_by_menu(own: dict[str, Article]) -> None:
    steps = steps_of(own["emergency-contact"])
    assert [step.number for step in steps] == [1, 2, 3, 4, 5, 6, 7]
    assert {step.platform for step in steps} == {"app"}
    assert steps[0].path == ("個人資料和設置", "安全設置", "高級安全設置", "緊急聯繫人")
    assert all(step.path == () for step in steps[1:])


def test_the_ways_to_identity_and_video_verification_are_read_menu_by_menu(own: dict[str, Article]) -> None:
    steps = steps_of(own["personal-identity-verification"])
    assert [step.path for step in steps if step.path] == [
        ("關於 OKX", "檢查更新"),
        ("個人資料和設置", "個人資料", "身份認證"),
        ("我的", "C2C 視頻認證", "立即認證"),
    ]
    assert {step.platform for step in steps} == {"app"}


def test_the_other_menu_paths_are_read_too(own: dict[str, Article]) -> None:
    def paths(id: str) -> list[tuple[str, ...]]:
        return [step.path for step in steps_of(own[id]) if step.path]

    assert paths("copy-trading-followed-traders") == [("交易", "交易廣場", "個人主頁")]
    assert paths("face-recognition-failure") == [("C2C 交易", "我的", "收款賬號管理")]
    assert paths("official-channel-verification") == [("群組信息", "群組頭像")] * 2
    assert paths("security-item-unavailable") == [
        ("個人資料和設定", "安全中心", "郵件驗證", "修改郵箱地址"),
        ("確認", "立即認證"),
    ]


def test_steps_for_telegram_are_told_apart_by_platform(own: dict[str, Article]) -> None:
    lists = [chunk for chunk in split(own["official-channel-verification"]) if chunk.steps]
    assert [(chunk.heading, chunk.platform) for chunk in lists] == [
        ("驗證官方群（App 端）", "app"),
        ("驗證官方帳號名稱（App 端）", "app"),
        ("驗證官方群（Web 端）", "web"),
    ]


def test_the_steps_of_the_trust_article_keep_the_numbers_they_have_there(own: dict[str, Article]) -> None:
    assert [step.number for step in steps_of(own["trust-verification"])] == [3, 4, 5]


def test_questions_and_answers_are_units_of_their_own(own: dict[str, Article]) -> None:
    for id, count in (("team-earn-campaign-faq", 6), ("business-account-verification", 4)):
        answers = [chunk for chunk in split(own[id]) if chunk.kind == "qa"]
        assert len(answers) == count
        assert all(chunk.heading.startswith("Q：") and chunk.text for chunk in answers)


def test_no_question_is_listed_for_two_articles_and_none_is_pinned_and_excluded(own: dict[str, Article]) -> None:
    keys = [exact_key(question) for article in own.values() for question in article.questions]
    assert len(keys) == len(set(keys))
    for article in own.values():
        assert len(article.questions) >= 10
        assert {exact_key(q) for q in article.pinned}.isdisjoint(exact_key(q) for q in article.excluded)


def test_all_chunks_of_the_corpus_have_ids_of_their_own(own: dict[str, Article]) -> None:
    ids = [chunk.id for article in own.values() for chunk in split(article)]
    assert len(ids) == len(set(ids)) > 50

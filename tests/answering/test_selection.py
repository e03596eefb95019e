"""Which pieces of an article an answer shows, on the real model: what was asked, with what belongs to it."""

from collections.abc import Callable, Sequence

import pytest

from supportbot import settings
from supportbot.answering.answer import Answer
from supportbot.answering.bot import SupportBot
from supportbot.answering.conversation import Conversation
from supportbot.answering.passages import Passage
from supportbot.answering.selection import selected
from supportbot.content.articles import Article, write
from supportbot.index import pieces
from supportbot.index.chunking import split
from supportbot.retrieval.filters import Filters
from supportbot.serving.opening import open_bot

PAPERS = [
    "身分證（正反面影本）",
    "護照（外籍人士）",
    "存摺封面影本",
    "印章",
    "半年內照片兩張",
    "駕照",
    "戶口名簿",
    "在職證明（三個月內）",
    "最近三個月薪資單或扣繳憑單",
    "自然人憑證",
    "健保卡",
    "其他經本行要求之文件",
]
LOAN = Article(
    "loan",
    "貸款怎麼辦理",
    "## 應備文件\n\n" + "".join(f"- {paper}\n" for paper in PAPERS) + "\n## 費用\n\n"
    "開辦費 3,000 元，於撥款時扣除。\n\n提前清償須付違約金，為剩餘本金的百分之一。\n\n"
    "每月還款日為 15 日，逾期加收每日 50 元的滯納金，並影響您在聯徵中心的信用紀錄。\n\n"
    "撥款後可申請寬限期，最長一年，期間只繳利息，請在撥款前向承辦人提出並簽署同意書。\n",
)
FEES = Article(
    "fees",
    "快遞價格",
    "".join(
        f"- {city}：首重 {number} 元；時效 {number} 天\n"
        for number, city in enumerate(["北京", "上海", "廣州", "深圳", "天津", "重慶", "成都", "香港", "澳門"], 1)
    ),
)


RANGES = {
    "7 天以內": "全退",
    "8 到 30 天": "九成",
    "31 到 90 天": "八成",
    "91 到 180 天": "七成",
    "181 天以上": "五成",
}
ROWS = "".join(f"| {days} | {share} |\n" for days, share in RANGES.items())
REFUND = Article("refund", "年繳會員退費標準", f"| 已使用天數 | 退費方式 |\n| --- | --- |\n{ROWS}")
SETUP = (
    "1. 打開【設定】。\n2. 輸入聯絡人的姓名和電話。\n3. 如果要讓對方知道自己被設為聯絡人，打開【通知對方】。\n"
    "4. 選擇多久沒有使用帳戶時聯絡對方。\n5. 點擊【儲存】。\n\n> 注意：資料填錯會聯絡不到人。\n"
)
CONTACT = Article("contact", "如何設定緊急聯絡人", SETUP)
NAMES = [
    "智能電池",
    "充電器",
    "碳纖槳葉",
    "電機",
    "電調",
    "噴頭濾網",
    "水泵",
    "流量計",
    "藥箱",
    "前雷達",
    "遙控器",
    "起落架",
]
PRICES = "".join(f"| {name} | {number}99 | {number}50 |\n" for number, name in enumerate(NAMES, 2))
PARTS = Article("parts", "配件價格", f"| 配件 | T30 | T50 |\n| --- | --- | --- |\n{PRICES}")

Ask = Callable[[str, str], Answer]


@pytest.fixture(scope="module")
def bot(real_bot: SupportBot, tmp_path_factory: pytest.TempPathFactory) -> SupportBot:
    """A bot on these articles and the real model that answers however unsure it is."""
    folder = tmp_path_factory.mktemp("selection")
    write([LOAN, FEES, REFUND, CONTACT, PARTS], folder / "corpus")
    folders = {name: folder / name for name in ("corpus", "index", "cache")}
    return open_bot(settings.load(**folders, model="hash", answer_precision=0.0), encoder=real_bot.encoder)


@pytest.fixture
def asked(bot: SupportBot) -> Ask:
    """Answers to questions from the article that is named."""
    return lambda article, question: bot.ask(question, filters=Filters(article=article))


def shown(answer: Answer) -> str:
    return "\n".join(block.text for block in answer.blocks)


@pytest.mark.parametrize("question", ["辦貸款需要準備哪些文件", "貸款要帶什麼證件", "照片要幾張", "要不要帶護照"])
def test_a_list_whose_items_belong_together_is_shown_whole(asked: Ask, question: str) -> None:
    answer = asked("loan", question)
    assert all(paper in shown(answer) for paper in PAPERS)


@pytest.mark.parametrize(
    ("question", "told", "left_out"),
    [
        ("提前還清要付違約金嗎", "提前清償須付違約金", "寬限期"),
        ("寬限期最長多久", "最長一年", "開辦費"),
        ("逾期一天罰多少", "每日 50 元", "寬限期"),
    ],
)
def test_a_paragraph_about_something_else_is_left_out(asked: Ask, question: str, told: str, left_out: str) -> None:
    answer = asked("loan", question)
    assert told in shown(answer)
    assert left_out not in shown(answer)
    assert not any(paper in shown(answer) for paper in PAPERS)


@pytest.mark.parametrize(("question", "row"), [("寄到香港多少錢", "香港"), ("寄到上海要幾天", "上海")])
def test_of_labels_with_values_the_one_asked_for_is_shown(asked: Ask, question: str, row: str) -> None:
    lines = shown(asked("fees", question)).split("\n")
    assert [line for line in lines if line.startswith("- ")] == [line for line in lines if row in line]
    assert len(lines) == 1


def test_of_a_long_table_a_word_names_the_row_by_its_label(asked: Ask) -> None:
    for question, named in (("T30的電池多少錢", ["智能電池"]), ("30的電池和充電器分別什麼價", ["智能電池", "充電器"])):
        (table,) = (block for block in asked("parts", question).blocks if block.kind == "table")
        assert [row[0] for row in table.rows] == ["配件", *named], question


def test_rows_for_ranges_are_all_shown_as_no_word_tells_which_is_meant(asked: Ask) -> None:
    answer = asked("refund", "年繳用了兩百天，退會能退多少")
    assert [len(block.rows) for block in answer.blocks if block.kind == "table"] == [6]


@pytest.mark.parametrize("question", ["快遞價格", "有哪些城市", "價目表"])
def test_all_labels_are_shown_if_none_is_asked_for(asked: Ask, question: str) -> None:
    assert shown(asked("fees", question)).count("首重") == 9


def test_a_follow_up_gets_the_step_it_is_about_and_who_asks_how_all_of_them(bot: SupportBot) -> None:
    conversation = Conversation(bot)
    assert [step.number for step in conversation.ask("如何設定緊急聯絡人").steps] == [1, 2, 3, 4, 5]
    follow_up = conversation.ask("他會收到通知說被設成聯絡人嗎")
    assert [step.number for step in follow_up.steps] == [3]
    assert follow_up.notes == ()
    assert [step.number for step in conversation.ask("聯絡人要怎麼設定").steps] == [1, 2, 3, 4, 5]
    alone = bot.ask("他會收到通知說被設成聯絡人嗎")
    assert [step.number for step in alone.steps] == [1, 2, 3, 4, 5], "who has not seen the others gets them"


# --- what the probabilities of the pieces lead to ---------------------------------------------------------------


def selection(body: str, told: Sequence[float], question: str = "多少") -> list[str]:
    """The pieces that are shown of an article of one chunk whose pieces have these probabilities."""
    (chunk,) = split(Article("one", "標題", body))
    shown = selected(question, [Passage(0, chunk, 1.0, tuple(told))])
    return [piece.text for piece in pieces.cut(shown[chunk.id])]


CITIES = "".join(
    f"- {city}：{number} 元起，依實際重量與體積另外計算\n" for number, city in enumerate("甲乙丙丁戊己", 1)
)


def test_the_clear_row_is_shown_alone_unless_all_are_asked_for() -> None:
    told = [0.1, 0.9, 0.1, 0.1, 0.1, 0.1]
    assert [row[:3] for row in selection(CITIES, told)] == ["- 乙"]
    assert len(selection(CITIES, told, "有哪些地方")) == 6
    assert len(selection(CITIES, [0.1, 0.4, 0.1, 0.1, 0.1, 0.1])) == 6, "it is not clear"
    assert len(selection(CITIES, [0.8, 0.9, 0.8, 0.8, 0.1, 0.1])) == 6, "these are not few"


def test_rows_of_ranges_and_few_rows_are_not_cut() -> None:
    told = [0.1, 0.9, 0.1, 0.1, 0.1]
    ranges = ["7 天以內", "8 到 30 天", "31～90 天", "未滿半年者", "181 天以上"]
    listed = "".join(f"- {days}：依照合約所載的比例退還其餘的會費\n" for days in ranges)
    assert len(selection(listed, told)) == 5
    few = "".join(f"- {name}：{'費用請向各地的門市或客服人員查詢' * 3}\n" for name in "甲乙丙")
    assert len(selection(few, told[:3])) == 3


def test_the_less_sure_the_best_piece_the_more_is_shown() -> None:
    lines = "".join(f"第{number}段{'說明很長的一件事情' * 5}。\n\n" for number in "一二三")
    assert len(selection(lines, [0.95, 0.03, 0.01])) == 1
    assert len(selection(lines, [0.5, 0.03, 0.01])) == 2

"""Answers as ordered blocks: whole sections, in the article's order, and of a long list what was asked."""

from itertools import pairwise

import pytest
from conftest import Asker

from supportbot.answering.answer import Answer
from supportbot.answering.lines import lines
from supportbot.content.articles import Article
from supportbot.evaluation.faithfulness import in_order, repeats
from supportbot.index.chunking import Block, Step

pytestmark = pytest.mark.usefixtures("one_dictionary")

PRINTER = Article(
    "printer",
    "如何設定印表機",
    "1. 開啟命令列。\n2. 輸入下列指令：\n\n```\nnet start spooler\n```\n\n"
    "3. 若出現錯誤，輸入：\n\n```\nnet stop spooler\n```\n\n4. 重新開機。\n",
)
CODES = Article(
    "codes",
    "洗衣機錯誤代碼",
    "".join(
        f"## {code}\n\n原因：{cause}。\n處理：\n檢查水龍頭後重新開機。\n\n"
        for code, cause in (("E10", "進水異常"), ("E20", "排水異常"), ("E30", "門未關好"))
    ),
)
HOURS = Article(
    "hours",
    "門市營業時間",
    "## 中山店\n\n週一至週五 10:00–22:00\n週末 10:00–22:00\n\n## 信義店\n\n週一至週五 11:00–21:30\n週末 10:00–22:00\n",
)
PRICES = "".join(f"| 型號 M{number:03} | NT${number}0 | {number % 7 + 1} 年 |\n" for number in range(1, 121))
TABLE = Article("prices", "各型號價格與保固", f"| 型號 | 價格 | 保固 |\n| --- | --- | --- |\n{PRICES}")


def kinds(answer: Answer) -> list[str]:
    return [block.kind for block in answer.blocks]


def test_what_stands_between_two_steps_is_shown_between_them(bot_on: Asker) -> None:
    answer = bot_on([PRINTER]).ask("如何設定印表機")
    shown = [(block.kind, block.number, block.text) for block in answer.blocks if block.kind in ("step", "code")]
    assert shown == [
        ("step", 1, "開啟命令列。"),
        ("step", 2, "輸入下列指令："),
        ("code", None, "net start spooler"),
        ("step", 3, "若出現錯誤，輸入："),
        ("code", None, "net stop spooler"),
        ("step", 4, "重新開機。"),
    ]
    assert in_order(answer, PRINTER)


def test_no_line_is_left_out_because_another_section_has_it_too(bot_on: Asker) -> None:
    answer = bot_on([CODES]).ask("E20 怎麼辦")
    assert answer.sources[0].heading == "E20"
    assert answer.text.startswith("原因：排水異常。\n處理：\n檢查水龍頭後重新開機。")
    hours = bot_on([HOURS]).ask("門市營業時間")
    assert hours.text.count("週末 10:00–22:00") == 2
    assert not repeats(hours, HOURS)


def test_each_of_several_sections_stands_below_its_heading(bot_on: Asker) -> None:
    answer = bot_on([HOURS]).ask("門市營業時間")
    headings = [block.text for block in answer.blocks if block.kind == "heading"]
    assert sorted(headings) == ["中山店", "信義店"]
    assert answer.blocks[0].kind == "heading", "the first block says which shop it is about"


def test_of_a_long_table_only_the_row_that_was_asked_about_is_shown(bot_on: Asker) -> None:
    answer = bot_on([TABLE]).ask("M077 價格")
    assert [block.rows for block in answer.blocks] == [(("型號", "價格", "保固"), ("型號 M077", "NT$770", "1 年"))]
    assert answer.text == "型號 | 價格 | 保固\n型號 M077 | NT$770 | 1 年"
    whole = bot_on([TABLE]).ask("各型號價格與保固")
    assert len(whole.blocks) == 1, "a table that was cut for the search is one table again"
    assert len(whole.blocks[0].rows) == 121


def test_a_long_list_is_cut_to_a_code_but_not_to_a_word(bot_on: Asker) -> None:
    lines = "".join(f"- 型號 M{number:03}：保固 {number} 個月\n" for number in range(1, 31))
    bot = bot_on([Article("list", "各型號保固", lines)])
    assert bot.ask("M017 保固").text == "- 型號 M017：保固 17 個月"
    papers = "".join(
        f"- {paper}\n" for paper in ["身分證", "護照", "存摺", "印章", "照片", "駕照", "戶口名簿", "在職證明", "薪資單"]
    )
    papers_bot = bot_on([Article("papers", "貸款要帶什麼", papers)])
    assert len(papers_bot.ask("貸款要帶護照嗎").text.split("\n")) == 9, "all of them belong to the answer"


def test_a_list_of_labels_with_values_is_a_table_as_well(bot_on: Asker) -> None:
    cities = ["北京", "上海", "廣州", "深圳", "天津", "重慶", "成都", "香港", "澳門"]
    lines = "".join(f"- {city}：首重 {number} 元；時效 {number} 天\n" for number, city in enumerate(cities, 1))
    assert bot_on([Article("fees", "快遞價格", lines)]).ask("寄到香港多少錢").text == "- 香港：首重 8 元；時效 8 天"


def test_one_article_alone_may_be_a_template(bot_on: Asker) -> None:
    body = "## 問題\n\n手機一直沒有收到簡訊。\n\n## 解答\n\n1. 確認號碼。\n2. 重新開機。\n"
    answer = bot_on([Article("sms", "收不到驗證碼", body)]).ask("為什麼我一直沒有收到簡訊")
    assert [block.text for block in answer.blocks if block.kind == "step"] == ["確認號碼。", "重新開機。"]
    assert "手機一直沒有收到簡訊。" not in answer.text
    assert not any(block.kind == "heading" for block in answer.blocks)


def test_a_template_is_answered_from_its_answer(bot_on: Asker) -> None:
    bot = bot_on(
        [
            Article(
                f"a{place}",
                f"{what}怎麼退",
                f"## 問題\n\n{what}要怎麼退？可以退嗎？\n\n## 解答\n\n{what}請在七天內聯絡客服{place}號櫃。\n\n"
                f"## 相關連結\n\n- {other}怎麼退\n- 付款方式\n",
            )
            for place, (what, other) in enumerate(pairwise(["鞋子", "帽子", "書", "鞋子"]))
        ]
    )
    answer = bot.ask("鞋子怎麼退")
    assert answer.text == "鞋子請在七天內聯絡客服0號櫃。"
    assert answer.sources[0].heading == "解答"


def test_a_note_that_every_article_repeats_is_not_added(bot_on: Asker) -> None:
    note = "> 注意：本公司不會索取驗證碼。\n\n"
    articles = [
        Article(f"a{place}", f"{what}說明", f"{note}## 辦理\n\n{what}請帶身分證到櫃檯。\n")
        for place, what in enumerate(("開戶", "掛失", "換匯"))
    ]
    assert bot_on(articles[:1]).ask("開戶說明").notes == ("注意：本公司不會索取驗證碼。",)
    assert bot_on(articles).ask("開戶說明").notes == ()


def test_a_matter_of_safety_gets_the_warning_first(bot_on: Asker) -> None:
    warning = "警告：我們不會在郵件裡索取密碼。"
    body = f"## 官方郵件\n\n我們的郵件都來自官方信箱，內有您的防釣魚碼。\n\n> {warning}\n\n## 訂閱\n\n在設定裡訂閱。\n"
    answer = bot_on([Article("mail", "官方郵件怎麼看", body)]).ask("這封郵件是真的嗎，會不會是詐騙")
    assert answer.blocks[0] == Block("note", warning)
    assert sum(block.kind == "note" for block in answer.blocks) == 1


def test_a_bold_line_stands_for_a_heading_and_a_question_for_its_answer(bot_on: Asker) -> None:
    body = "**Q：可以退嗎？**\n七天內可以退。\n\n**Q：運費誰付？**\n運費由店家付。\n\n**注意事項**\n\n請保留發票。\n"
    bot = bot_on([Article("faq", "退貨問答", body)])
    answer = bot.ask("運費誰付")
    assert answer.text == "Q：運費誰付？\n運費由店家付。"
    assert answer.sources[0].heading == "Q：運費誰付？"


def test_an_answer_of_before_has_the_blocks_of_its_fields() -> None:
    old = Answer("answer", 0.9, "先這樣。", "hant", "1", steps=(Step(1, "打開"),), notes=("小心",))
    stored = {name: value for name, value in old.as_dict().items() if name != "blocks"}
    again = Answer.from_dict(stored)
    assert again.shown == (Block("paragraph", "先這樣。"), Block("step", "打開", number=1), Block("note", "小心"))
    assert Answer.from_dict(again.as_dict()).shown == again.shown


def test_text_steps_and_notes_hold_the_same_as_the_blocks(bot_on: Asker) -> None:
    for article, question in ((PRINTER, "如何設定印表機"), (CODES, "E30"), (HOURS, "信義店 營業時間"), (TABLE, "M003")):
        answer = bot_on([article]).ask(question)
        by_kind = [block.text for block in answer.blocks if block.kind in ("paragraph", "table", "code")]
        assert all(text in answer.text for text in by_kind)
        assert [step.text for step in answer.steps] == [one.text for one in answer.blocks if one.kind == "step"]
        assert Answer.from_dict(answer.as_dict()).blocks == answer.blocks


def test_a_name_or_code_in_a_chinese_chat_is_answered_in_its_script(bot_on: Asker) -> None:
    bot = bot_on(
        [Article("m077", "M077 说明", "M077 的保修是三年。\n"), Article("rule", "Travel Rule", "转账要填资料。\n")]
    )
    for question in ("M077", "Travel Rule"):
        assert bot.ask(question, script="hant").script == "hant"
        assert bot.ask(question, script="hans").script == "hans"
        assert bot.ask(question).script == "latin", "nothing tells that the reader reads Chinese"
    assert bot.ask("How long is the warranty of M077?", script="hant").script == "latin"


def test_an_undecided_question_is_answered_in_the_script_of_the_articles(bot_on: Asker) -> None:
    bot = bot_on([Article("m077", "保修说明", "M077 的保修是三年，请带发票。\n")])
    assert bot.ask("保修").script == "hans"
    assert bot.ask("保修", script="hant").script == "hant"


def test_a_reader_gets_the_characters_of_the_region(bot_on: Asker) -> None:
    bot = bot_on([Article("wallet", "账户里的面包", "请照着做，账户里有面包券。\n")])
    assert bot.ask("賬戶裡的麵包", region="tw").text == "請照著做，帳戶裡有麵包券。"
    assert bot.ask("賬戶裏的麪包", region="hk").text == "請照着做，賬戶裏有麵包券。"


def test_of_a_short_table_of_codes_only_the_row_of_the_code_is_shown(bot_on: Asker) -> None:
    rows = "- E01：進水壓力不足，請檢查進水閥。\n- E02：漏水，請關閉進水閥。\n- E03：濾心到期，請更換濾心。\n"
    bot = bot_on([Article("codes", "錯誤代碼", f"請先對照下表。\n\n{rows}")])
    assert bot.ask("E03 怎麼辦").text == "請先對照下表。\n- E03：濾心到期，請更換濾心。"
    assert bot.ask("錯誤代碼").text.count("\n- E0") == 3


def test_a_note_on_steps_stays_with_them(bot_on: Asker) -> None:
    body = "1. 建立金鑰。\n2. 複製金鑰。\n\n> 注意：金鑰只會顯示一次。\n\n## 常見錯誤\n\n請求太多時，請稍候再試。\n"
    bot = bot_on([Article("api", "用 API 匯出", body)])
    assert bot.ask("請求太多 稍候再試").notes == ()
    assert bot.ask("複製金鑰 建立金鑰").notes == ("注意：金鑰只會顯示一次。",)


def test_the_heading_of_steps_stands_above_them_once(bot_on: Asker) -> None:
    body = (
        "## 情況一：您已登入\n\n1. 進入設定。\n2. 換手機。\n\n## 情況二：您無法登入\n\n1. 聯絡客服。\n2. 上傳證件。\n"
    )
    bot = bot_on([Article("phone", "換手機", body)])
    answer = bot.ask("無法登入 聯絡客服 上傳證件")
    assert [block.kind for block in answer.blocks] == ["heading", "step", "step"]
    assert answer.text == "情況二：您無法登入", "programs that only read the text are told as well"
    written = [line for _, line in lines(answer, say=bot.messages, platforms=bot.index.platforms)]
    assert written[0] == "情況二：您無法登入", "no empty line before the first"
    said = written[: next(place for place, line in enumerate(written) if line.startswith("\n來源"))]
    assert sum("情況二" in line for line in said) == 1


def test_a_heading_shown_twice_is_a_repetition(bot_on: Asker) -> None:
    answer = bot_on([HOURS]).ask("信義店 營業時間")
    assert not repeats(answer, HOURS)
    assert repeats(answer.saying([Block("heading", "信義店"), *answer.blocks, Block("paragraph", "信義店")]), HOURS)


def test_a_number_of_days_is_no_code(bot_on: Asker) -> None:
    rules = "- 7 天內可以退貨\n- 拆封後不能退\n- 要保留發票\n- 運費由店家付"
    assert bot_on([Article("rules", "退貨規則", rules)]).ask("7 天內可以退嗎").text == rules


@pytest.mark.parametrize("question", ["客服跟我要驗證碼", "对方问我要密码", "我把助記詞告訴別人了", "这封邮件是真的吗"])
def test_what_is_a_matter_of_safety(bot_on: Asker, question: str) -> None:
    how = "要重設密碼、更改密碼、輸入驗證碼，怎麼做都在設定裡；助記詞請抄寫，郵件來自官方。"
    body = f"## 驗證碼\n\n{how}\n\n> 警告：不要告訴任何人。\n"
    bot = bot_on([Article("code", "驗證碼、密碼和郵件", body)])
    assert bot.ask(question).blocks[0].kind == "note"
    for ordinary in ("我要重設密碼", "要輸入驗證碼嗎", "怎麼更改密碼"):
        assert bot.ask(ordinary).blocks[0].kind != "note", ordinary


FRAUDS = (
    "## 常見騙術\n\n### 假客服退款\n\n1. 來電說要退款給您。\n2. 請您下載會議軟體，打開螢幕共享。\n3. 問您要驗證碼。\n\n"
    "## 密碼給了別人之後怎麼辦\n\n1. 馬上修改密碼。\n2. 登出其他裝置。\n\n"
    "## 簡訊\n\n騙徒一般會：\n\n1. 發出簡訊，附上連結。\n2. 要求輸入信用卡號碼。\n"
)


@pytest.mark.parametrize(
    "question",
    [
        "假客服退款 螢幕共享",
        "騙徒一般會 發出簡訊 信用卡號碼",
        "假客服退款 來電說要退款給您 下載會議軟體 打開螢幕共享 密碼給了別人 修改密碼",
    ],
)
def test_only_advice_is_told_as_steps(bot_on: Asker, question: str) -> None:
    steps = [step.text for step in bot_on([Article("fraud", "安全須知", FRAUDS)]).ask(question).steps]
    assert set(steps) <= {"馬上修改密碼。", "登出其他裝置。"}
    assert len(steps) == 2 * ("密碼給了" in question), "the doings of a fraud do not take the place of the advice"


def test_a_note_of_every_article_does_not_come_first_on_a_matter_of_safety(bot_on: Asker) -> None:
    note = "> 注意：票券售出後概不退換。\n\n"
    articles = [
        Article(f"a{place}", f"{what}說明", f"{note}## 辦理\n\n{what}時若有人要您提供驗證碼，就是詐騙。\n")
        for place, what in enumerate(("開戶", "掛失", "換匯"))
    ]
    answer = bot_on(articles).ask("開戶時有人要我提供驗證碼，是詐騙嗎")
    assert answer.notes == ()
    assert "就是詐騙" in answer.text


CASES = Article(
    "pause",
    "會籍怎麼暫停與終止",
    "## 月繳制會員\n\n### 暫停會籍\n\n1. 在 App 點【申請暫停】。\n2. 支付每月的保留費。\n\n"
    "### 終止會籍\n\n付清月費即可。\n\n"
    "## 年繳制會員\n\n### 暫停會籍\n\n請致電門市辦理，最長六個月。\n\n### 終止會籍\n\n退還餘額的八成。\n",
)


@pytest.mark.parametrize(("kind", "other"), [("月繳", "年繳"), ("年繳", "月繳")])
def test_of_the_same_heading_below_different_ones_the_case_that_is_named_is_meant(
    bot_on: Asker, kind: str, other: str
) -> None:
    answer = bot_on([CASES]).ask(f"我是{kind}的，怎麼暫停會籍")
    headings = [block.text for block in answer.blocks if block.kind == "heading"]
    assert headings[:2] == [f"{kind}制會員", "暫停會籍"]
    assert f"{other}制會員" not in headings
    assert f"{other}制會員：暫停會籍" in [choice.title for choice in answer.choices]


def test_of_headings_that_differ_in_a_code_the_one_that_is_named_is_meant(bot_on: Asker) -> None:
    body = "".join(
        f"## {model} 故障代碼\n\n| 代碼 | 處理 |\n| --- | --- |\n| 101 | {model} 請充電 |\n| 202 | {model} 請清洗 |\n\n"
        for model in ("T30", "T50")
    )
    answer = bot_on([Article("led", "無人機故障代碼", body)]).ask("T50 202")
    assert answer.blocks[-1].rows == (("代碼", "處理"), ("202", "T50 請清洗"))
    assert sum(block.kind == "table" for block in answer.blocks) == 1


def test_a_number_is_a_code_where_it_labels_a_row(bot_on: Asker) -> None:
    rows = "| 11 | 電量不足 |\n| 12 | 尚未開機 |\n| 13 | 連線逾時 |\n"
    body = f"呼叫之後，傳回值如下。\n\n| 傳回值 | 意思 |\n| --- | --- |\n{rows}"
    answer = bot_on([Article("sdk", "drone.state 的傳回值", body)]).ask("drone.state 傳回 12")
    assert answer.blocks[-1].rows == (("傳回值", "意思"), ("12", "尚未開機"))


def test_the_line_above_a_table_tells_its_unit(bot_on: Asker) -> None:
    rows = "".join(f"| 配件{name} | {number}00 |\n" for number, name in enumerate("甲乙丙丁戊己庚辛壬", 1))
    intro = "配件價格每年調整一次，調整前會在官方網站公告，詳情請洽各地的經銷商或維修站。\n\n單位為新台幣。\n\n"
    article = Article("parts", "配件價格", f"{intro}| 配件 | 價格 |\n| --- | --- |\n{rows}")
    answer = bot_on([article]).ask("配件丁的價格")
    assert "單位為新台幣。" in answer.text
    assert answer.blocks[-1].rows == (("配件", "價格"), ("配件丁", "400"))


def test_question_and_answer_on_lines_of_a_paragraph_belong_together(bot_on: Asker) -> None:
    body = (
        "**問題：** 扣了錢，訂單還是待支付\n\n**解答：** 請等五分鐘，系統會自動更新。\n\n"
        "**問題：** 提示超出購買限制\n\n**解答：** 每人限購四張。\n"
    )
    bot = bot_on([Article("pay", "支付失敗怎麼辦", body)])
    answer = bot.ask("扣了錢 訂單待支付")
    assert "請等五分鐘" in answer.text
    assert "限購四張" not in answer.text


def test_a_line_that_opens_bold_and_leads_in_stands_for_a_heading(bot_on: Asker) -> None:
    body = "**外國籍**\n\n- 護照正本\n- 居留證\n\n**未滿 18 歲**，另外準備：\n\n- 家長同意書\n- 戶口名簿影本\n"
    answer = bot_on([Article("join", "入會要帶什麼", body)]).ask("未滿 18 歲 家長同意書")
    assert answer.blocks[-1].text == "- 家長同意書\n- 戶口名簿影本"
    assert "護照" not in answer.text


def test_nothing_is_shown_twice_where_a_platform_has_no_steps(bot_on: Asker) -> None:
    body = "## App 端\n\n1. 點【新增信用卡】。\n2. 輸入卡號。\n\n## 網頁版\n\n網頁版只可查閱帳單，不能新增信用卡。\n"
    article = Article("card", "怎麼新增信用卡", body)
    for question in ("網頁版怎麼新增信用卡", "網頁版不能新增信用卡嗎，要點哪裡輸入卡號", "新增信用卡 輸入卡號"):
        assert not repeats(bot_on([article]).ask(question), article), question


def test_the_source_is_a_passage_that_is_shown(bot_on: Asker) -> None:
    body = (
        "## 常見問題\n\n- 濾心價格濾心保固請洽門市\n- 濾心保固濾心價格每年調整\n\n"
        "## 型號\n\n| 型號 | 價格 |\n| --- | --- |\n| M077 | 700 元 |\n| M078 | 800 元 |\n| M079 | 900 元 |\n"
    )
    answer = bot_on([Article("filters", "配件", body)]).ask("M077 濾心價格濾心保固")
    assert answer.sources[0].heading == "型號"
    assert answer.blocks[-1].rows == (("型號", "價格"), ("M077", "700 元"))


def test_all_rows_that_a_question_names_are_shown(bot_on: Asker) -> None:
    rows = "".join(f"| E{number:02} | 原因{number} |\n" for number in range(1, 21))
    bot = bot_on([Article("codes", "錯誤代碼", f"| 代碼 | 原因 |\n| --- | --- |\n{rows}")])
    assert bot.ask("E07同E12 是什麼").blocks[-1].rows == (("代碼", "原因"), ("E07", "原因7"), ("E12", "原因12"))

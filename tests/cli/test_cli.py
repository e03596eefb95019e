import json
import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import Cli

from supportbot.content import articles, lexicon
from supportbot.content.articles import Article, write

PROJECT = Path(__file__).parents[2]


def test_ask_prints_steps_notes_and_source(cli: Cli) -> None:
    done = cli("ask", "如何提幣?")
    assert done.status == 0
    assert "1. 打開 App，依次進入：資產 → 提幣。" in done.out
    assert "App 端" in done.out
    assert "Web 端" in done.out
    assert "注意：地址填錯，資產無法找回。" in done.out
    assert "來源: 如何提幣?" in done.out
    assert "/articles/withdraw" in done.out
    assert "nothing has been built" in done.err


def test_ask_json_is_one_object_of_the_contract(cli: Cli) -> None:
    answer = json.loads(cli("ask", "如何提币", "--json").out)
    assert answer["outcome"] == "answer"
    assert answer["script"] == "hans"
    assert answer["steps"][0]["path"] == ["资产", "提币"]
    assert answer["sources"][0]["article_id"] == "withdraw"


def test_ask_reads_questions_one_by_one_when_none_is_given(cli: Cli) -> None:
    done = cli("ask", "--json", stdin="如何提幣\n\n" + "長" * 3000 + "\n邀請好友規則\n")
    answers = [json.loads(line) for line in done.out.splitlines() if line]
    assert [answer["sources"][0]["article_id"] for answer in answers] == ["withdraw", "invite"]
    assert "問題太長：有 3000 個字，最多 2000 個字" in done.err


def test_another_section_is_listed_and_chosen_by_its_heading(cli: Cli, corpus: Path) -> None:
    body = "## 情況一：已登入\n\n1. 進入設定。\n\n## 情況二：無法登入\n\n1. 聯絡客服。\n2. 上傳證件。\n"
    write([Article("phone", "換手機", body)], corpus)
    out = cli("ask", stdin="無法登入 聯絡客服 上傳證件\n情況一：已登入\n").out
    first, then = out.split("這篇文章還說明:", 1)
    assert "1. 聯絡客服。" in first
    assert "進入設定。" not in first
    assert then.startswith("\n  · 情況一：已登入\n")
    assert "1. 進入設定。" in then


def test_batch_answers_the_last_turn_of_every_line_in_order(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "batch.jsonl"
    lines = [
        {"id": "a", "turns": ["你好", "如何提幣?"]},
        {"id": 7, "turns": ["邀请好友规则"]},
        {"id": "empty", "turns": [" \x00 "]},
        {"id": "long", "turns": ["長" * 10_000]},
        {"id": "\ud800", "turns": ["\ud800\u202e怎麼出金\ud800"]},
    ]
    file.write_text("\ufeff" + "\n\n".join(map(json.dumps, lines)), encoding="utf-8")
    done = cli("ask", "--batch", str(file))
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert done.status == 0
    assert [answer["id"] for answer in answers] == ["a", 7, "empty", "long", "?"]
    assert [answer["outcome"] for answer in answers] == ["answer", "answer", "decline", "decline", "answer"]
    assert answers[1]["sources"][0]["url"] == "https://example.com/invite"
    assert answers[1]["script"] == "hans"
    assert answers[2]["text"] == "請輸入您的問題。"
    assert "10000" in answers[3]["text"]
    assert cli("ask", "--batch", "-", stdin=file.read_text(encoding="utf-8")).out == done.out or done.out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"id": "a", "turns": ["x"]}\n{broken', r"batch.jsonl:2: not a line of JSON in UTF-8"),
        ('{"turns": ["x"]}', r'batch.jsonl:1: expected {"id": …, "turns": ["…"]}'),
        ('{"id": "a", "turns": []}', "batch.jsonl:1: turns: expected a list of questions, got []"),
        ('{"id": "a", "turns": [1]}', "batch.jsonl:1: turns: expected a list of questions, got [1]"),
        ("[" * 100_000, "batch.jsonl:1: not a line of JSON"),
    ],
)
def test_a_broken_batch_is_refused_before_anything_is_answered(
    cli: Cli, tmp_path: Path, content: str, message: str
) -> None:
    file = tmp_path / "batch.jsonl"
    file.write_text(content, encoding="utf-8")
    done = cli("ask", "--batch", str(file))
    assert done.status == 2
    assert done.out == ""
    assert message in done.err
    assert len(done.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask", ""], "the question is empty"),
        (["ask", "\x00\u200b \udc80"], "the question is empty"),
        (["ask", "字" * 10_000], "the question has 10000 characters; expected at most 2000"),
        (["ask", "x", "--platform", "ios"], "platform 'ios' is unknown; expected one of app, web"),
        (["ask", "x", "--batch", "y"], "give either a question or --batch"),
        (["ask", "--batch", "/no/such/file"], "/no/such/file: cannot be read"),
        (["search", "x", "--mode", "magic"], "mode 'magic' is unknown; expected one of hybrid, dense, lexical"),
        (["bench", "--sizes", "many"], "--sizes 'many': expected numbers"),
        (["import", "/no/such/file.txt", "--to", "/tmp/none"], "/no/such/file.txt"),
        (["eval", "/no/such/set"], "/no/such/set/corpus.jsonl: cannot be read"),
    ],
)
def test_bad_input_is_one_line_and_status_2(cli: Cli, arguments: list[str], message: str) -> None:
    done = cli(*arguments)
    assert done.status == 2
    assert message in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    "question", ["🎉🎉🎉", "<script>alert(1)</script>", "ﷺ" * 200, "提\x00幣", "\u202e幣提", "' OR 1=1 --", "]" * 500]
)
def test_garbage_gets_an_answer_or_a_refusal_but_never_a_failure(cli: Cli, question: str) -> None:
    done = cli("ask", question, "--json")
    assert done.status == 0
    assert json.loads(done.out)["outcome"] in ("answer", "decline")


def test_a_refusal_names_the_nearest_articles(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORTBOT_ANSWER_PRECISION", "1")
    monkeypatch.setenv("SUPPORTBOT_CLARIFY_PRECISION", "1")
    done = cli("ask", "今天天氣好嗎")
    assert done.status == 0
    assert "抱歉，幫助中心裡沒有文章能回答這個問題" in done.out
    assert "  · " in done.out


def test_search_shows_channels_and_passages(cli: Cli) -> None:
    found = json.loads(cli("search", "提幣 取消", "--json").out)
    best = found["hits"][0]
    assert best["article_id"] == "withdraw-faq"
    assert "提交後不能取消" in best["passage"]
    assert set(best["channels"]) == {"dense", "titles", "headings", "bm25_chunk", "bm25_article", "pinyin", "tokens"}
    assert cli("search", "提幣", "--limit", "1").out.startswith("1\t")
    only = json.loads(cli("search", "提幣", "--category", "活動", "--json").out)
    assert {hit["article_id"] for hit in only["hits"]} <= {"invite"}


def test_index_says_what_changed(cli: Cli, corpus: Path) -> None:
    first = cli("index")
    assert "+ withdraw" in first.out
    assert "3 articles (3 new, 0 changed, 0 removed)" in first.out
    assert "unchanged" in cli("index").out
    (corpus / "articles" / "invite.md").unlink()
    articles.write([Article("new", "新文章", "內容。\n"), Article("withdraw-faq", "提幣常見問題", "改了。\n")], corpus)
    second = cli("index")
    assert [line for line in second.out.splitlines() if line[0] in "+~-"] == ["+ new", "~ withdraw-faq", "- invite"]


def test_a_broken_article_is_named_and_the_older_index_serves_on(cli: Cli, corpus: Path) -> None:
    cli("index")
    (corpus / "articles" / "broken.md").write_text("---\ntitle: a\nviews: many\n---\ntext\n", encoding="utf-8")
    refused = cli("index")
    assert refused.status == 2
    assert "broken.md:3: views: expected a whole number" in refused.err
    asked = cli("ask", "如何提幣?", "--json")
    assert asked.status == 0
    assert json.loads(asked.out)["sources"][0]["article_id"] == "withdraw"
    assert "the older one serves on" in asked.err


def test_an_empty_corpus_is_named(cli: Cli, tmp_path: Path) -> None:
    done = cli("index", "--corpus", str(tmp_path / "nothing"), "--index", str(tmp_path / "other"))
    assert done.status == 2
    assert "nothing: no articles; expected Markdown files in" in done.err


LISTING = """全部
常見問題
如何設置密碼?
設定: 1、打開 App。 2、點擊【我的】-【安全】。 3、輸入密碼。發佈於 2025年1月2日更新於 2026年3月4日1,234忘記密碼怎麼辦?
請聯繫客服。發佈於 2025年5月6日更新於 2026年7月8日9
"""


def test_import_reads_a_listing_and_keeps_what_people_added_by_hand(cli: Cli, tmp_path: Path, corpus: Path) -> None:
    listing, target = tmp_path / "listing.txt", tmp_path / "imported"
    listing.write_text(LISTING, encoding="utf-8")
    known = Article("set-password", "如何設置密碼？", "舊文。\n", category="安全", questions=("怎麼改密碼",))
    articles.write([known], corpus)
    done = cli("import", str(listing), "--to", str(target), "--category", "其他")
    assert done.status == 0
    assert "2 articles read, 2 new" in done.out
    first = next(article for article in articles.read(target) if article.id == "set-password")
    assert first.title == "如何設置密碼?"
    assert first.views == 1234
    assert first.questions == ("怎麼改密碼",)
    assert "1. 打開 App" in first.body
    assert "# synonyms:" in (target / "lexicon.yaml").read_text(encoding="utf-8")
    assert lexicon.read(target).synonyms == lexicon.general().synonyms  # its own is empty: an example in comments
    again = cli("import", str(listing), "--to", str(target), "--category", "其他")
    assert "2 articles read, 0 new, 0 replaced" in again.out


def test_import_overwrites_only_when_told_and_writes_nothing_half(cli: Cli, tmp_path: Path) -> None:
    listing, target = tmp_path / "listing.txt", tmp_path / "imported"
    listing.write_text(LISTING, encoding="utf-8")
    cli("import", str(listing), "--to", str(target))
    before = {file: file.read_bytes() for file in target.rglob("*.md")}
    listing.write_text(LISTING.replace("輸入密碼", "輸入密碼兩次"), encoding="utf-8")
    refused = cli("import", str(listing), "--to", str(target))
    assert refused.status == 2
    assert "1 articles are there and differ" in refused.err
    assert "--replace" in refused.err
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"title": "好", "text": "好"}\n{', encoding="utf-8")
    assert cli("import", str(listing), str(broken), "--to", str(target), "--replace").status == 2
    assert {file: file.read_bytes() for file in target.rglob("*.md")} == before
    assert "1 replaced" in cli("import", str(listing), "--to", str(target), "--replace").out


def test_eval_measures_each_mode_on_a_beir_folder(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    (folder / "qrels").mkdir(parents=True)
    documents = [{"_id": "a", "title": "", "text": "提幣的步驟"}, {"_id": "b", "title": "", "text": "邀請好友的返佣"}]
    queries = [{"_id": "1", "text": "如何提幣"}, {"_id": "2", "text": "邀请返佣"}, {"_id": "3", "text": "無人評過"}]
    for name, records in (("corpus", documents), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    judgements = folder / "qrels" / "test.tsv"
    judgements.write_text("query-id\tcorpus-id\tscore\n1\ta\t1\n2\tb\t1\n", encoding="utf-8")
    done = cli("eval", str(folder), "--json")
    result = json.loads(done.out)
    assert result["asked"] == 2
    assert set(result["modes"]) == {"hybrid", "dense", "lexical"}
    assert result["modes"]["hybrid"]["nDCG@10"] == 1.0
    judgements.write_text("1\tzzz\t1\n", encoding="utf-8")
    assert "test.tsv:1: corpus-id 'zzz' is not in corpus.jsonl" in cli("eval", str(folder)).err


def test_debug_shows_where_an_error_comes_from(cli: Cli) -> None:
    from supportbot.errors import QuestionError

    with pytest.raises(QuestionError):
        cli("--debug", "ask", "")
    assert cli("ask", "").status == 2


def environment(tmp_path: Path, corpus: Path) -> dict[str, str]:
    values = {"CORPUS": corpus, "INDEX": tmp_path / "index", "CACHE": tmp_path / "cache", "MODEL": "hash"}
    return {**os.environ, **{f"SUPPORTBOT_{name}": str(value) for name, value in values.items()}}


def test_help_answers_at_once_and_loads_nothing_heavy() -> None:
    program = "import sys; sys.argv = ['supportbot', '--help']\nimport atexit\natexit.register(lambda: print(sorted("
    program += "{'numpy', 'faiss', 'torch', 'jieba', 'onnxruntime', 'pydantic'} & sys.modules.keys())))\n"
    program += "from supportbot.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")
    for command in ("import", "index", "ask", "search", "eval", "bench"):
        assert command in done.stdout


def test_output_is_utf_8_whatever_the_locale_says(tmp_path: Path, corpus: Path) -> None:
    ascii_only = {**environment(tmp_path, corpus), "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [os.fsencode(part) for part in (sys.executable, "-m", "supportbot", "search", "如何提幣", "--json")]
    done = subprocess.run(command, env=ascii_only, capture_output=True, check=True)
    assert json.loads(done.stdout.decode("utf-8"))["hits"][0]["title"] == "如何提幣?"


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path, corpus: Path) -> None:
    turns = tmp_path / "many.jsonl"
    turns.write_text('{"id": 1, "turns": ["如何提幣"]}\n' * 200, encoding="utf-8")
    command = f"{sys.executable} -m supportbot ask --batch {turns} | head -1"
    done = subprocess.run(command, shell=True, env=environment(tmp_path, corpus), capture_output=True, text=True)
    assert json.loads(done.stdout)["id"] == 1
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_on_a_terminal_the_bot_greets_answers_and_takes_leave(tmp_path: Path, corpus: Path) -> None:
    prepared = environment(tmp_path, corpus)
    subprocess.run([sys.executable, "-m", "supportbot", "index"], env=prepared, capture_output=True, check=True)
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover - the process that becomes the command
        os.execve(sys.executable, [sys.executable, "-m", "supportbot", "ask"], {**prepared, "TERM": "xterm"})
    seen = b""
    to_type = ["如何提幣?\n".encode(), b"\n"]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            seen += os.read(terminal, 4096)
        except OSError:  # the other side is closed: the bot has gone
            break
        if to_type and seen.decode("utf-8", "ignore").count("問：") == 3 - len(to_type):
            os.write(terminal, to_type.pop(0))
    os.waitpid(child, 0)
    shown = seen.decode("utf-8")
    assert "您好" in shown
    assert "謝謝，再見。" in shown
    assert "如何提幣" in shown


def test_health_tells_figures_expectation_findings_and_advice(cli: Cli, corpus: Path) -> None:
    articles.write([Article("cut", "費率表", "各幣種的手續費如下：\n")], corpus)
    done = cli("health")
    assert done.status == 0
    assert "articles: 4 (4 hant)" in done.out
    assert "cut  費率表: cut short 各幣種的手續費如下：" in done.out
    assert "of answers are to be right" in done.out
    assert "supportbot tune labels.csv" in done.out
    assert f"edit {corpus}/articles/cut.md" in done.out
    found = json.loads(cli("health", "--json").out)
    assert found["figures"]["articles"] == 4
    assert 0 < found["expectation"]["wanted"] < 1
    assert ("cut_short", "cut") in {(one["kind"], one["article_id"]) for one in found["findings"]}
    assert len(found["advice"]) <= 10


def test_import_and_index_end_with_the_health_in_brief(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = cli("index").out
    assert "without a question" in built
    assert "expected: " in built
    assert "supportbot health" in built
    assert "health" not in cli("index").out  # nothing changed
    from supportbot.serving import opening

    monkeypatch.setattr(opening, "load_encoder", None)  # an import needs no model
    listing = tmp_path / "listing.txt"
    listing.write_text(LISTING, encoding="utf-8")
    imported = cli("import", str(listing), "--to", str(tmp_path / "imported")).out
    assert "2 articles, 0.0 questions an article" in imported
    assert "1 cut short" in imported
    assert f"supportbot health --corpus {tmp_path / 'imported'}" in imported

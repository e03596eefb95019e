"""The lexicon: one file that help-centre people edit; its faults are named with file and line."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from supportbot.content import lexicon, tuning
from supportbot.content.lexicon import Lexicon
from supportbot.errors import SourceError
from supportbot.text.folding import fold

CORPUS = Path(__file__).parents[2] / "corpus"

GOOD = """\
# words of a help centre
version: 2
words: [集力賺幣, 助力人, Jumpstart]
variants: {帳: 賬}
synonyms:
  - [提幣, 提現, 出金, withdraw]
  - [充幣, deposit, 2FA]
"""


def read(folder: Path, content: str | bytes) -> Lexicon:
    file = folder / "lexicon.yaml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return lexicon.read_file(file)


def test_a_lexicon_is_read_and_folded_so_that_each_entry_is_written_once(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD) == Lexicon(
        version=2,
        words=("集力赚币", "助力人", "jumpstart"),
        variants=(("帐", "账"),),
        synonyms=(("提币", "提现", "出金", "withdraw"), ("充币", "deposit", "2fa")),
    )


def test_a_byte_order_mark_of_a_windows_editor_does_not_matter(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()) == read(tmp_path, GOOD)


def test_everything_but_the_version_may_be_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, "version: 1\nwords:\nsynonyms:\nvariants:\n") == Lexicon(version=1)


def test_numbers_are_terms_too(tmp_path: Path) -> None:
    assert read(tmp_path, "version: 1\nwords: [404, 2.5]\n").words == ("404", "2.5")


@pytest.mark.parametrize(
    ("content", "line", "complaint"),
    [
        ("version: 1\nwords: [提幣\n", 3, "not valid YAML"),
        ("version: 1\nwords:\n\t- 提幣\n", 3, "not valid YAML: found character that cannot start any token"),
        ("version: 1\nwords: 提幣: 出金\n", 2, "not valid YAML: mapping values are not allowed"),
        ("version: 1\nwrods: [提幣]\n", 2, "unknown key 'wrods'; expected version, words, variants, synonyms"),
        ("# wrods\nversion: 1\n\nwrods: [提幣]\n", 4, "unknown key 'wrods'"),
        (
            "version: 1\nsynonyms:\n  # 提币 is no 充幣\n  - [提幣, 出金]\n  - [充幣, 提币]\n  - [提币鏈]\n",
            5,
            "'提币' stands in two groups",
        ),
        ("version: 1\nsynonyms:\n  - [提幣, 出金]\n  - [充幣, 提幣]\n", 4, "'提幣' stands in two groups"),
        (
            "version: 1\nsynonyms:\n  - [Withdraw]\n  - [ＷＩＴＨＤＲＡＷ]\n",
            4,
            "'ＷＩＴＨＤＲＡＷ' stands in two groups",
        ),
        ("version: 1\nwords:\n  - 提幣\n  - true\n", 4, "words: expected a term, got True"),
        ("version: 1\nwords:\n  - 提幣\n  -\n", 4, "words: expected a term, got None"),
        ('version: 1\nwords:\n  - "\\u200b"\n', 3, "words: expected a term"),
        ("version: 1\nwords: [[提幣]]\n", 2, "words: expected a term, got"),
        ("version: 1\nwords: 提幣\n", 2, "words: expected a list of terms, got '提幣'"),
        ("version: 1\nsynonyms: [提幣, 出金]\n", 2, "synonyms: expected a list of terms, got '提幣'"),
        ("version: 1\nsynonyms: {提幣: 出金}\n", 2, "synonyms: expected a list of groups"),
        ("version: 1\nvariants:\n  帳: 賬\n  帳號: 賬號\n", 4, "variants: expected single characters, got"),
        ("version: 1\nvariants: [帳]\n", 2, "variants: expected pairs such as"),
        ("version: two\n", 1, "version: expected a whole number, got 'two'"),
        ("words: [提幣]\n", None, "version: expected a whole number, got None"),
        ("", None, "version: expected a whole number, got None"),
        ("- 提幣\n", None, "expected the keys version, words, variants, synonyms"),
        ("version: 1\nwords: [2025-13-45]\n", None, "cannot be read: month must be in 1..12"),
        ('version: 1\nwords: ["a\x00b"]\n', None, "cannot be read: unacceptable character"),
        (b"version: 1\nwords: [\xff]\n", None, "cannot be read: 'utf-8' codec can't decode"),
    ],
)
def test_a_fault_is_named_with_its_file_and_line(
    tmp_path: Path, content: str | bytes, line: int | None, complaint: str
) -> None:
    with pytest.raises(SourceError) as fault:
        read(tmp_path, content)
    file = tmp_path / "lexicon.yaml"
    assert fault.value.path == file
    assert fault.value.line == line
    assert str(fault.value).startswith(f"{file}:{line}: " if line else f"{file}: ")
    assert complaint in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_missing_lexicon_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"lexicon\.yaml: cannot be read: .*No such file"):
        lexicon.read_file(tmp_path / "lexicon.yaml")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("version: 1\nwords: " + "[" * 100_000 + "\n", r":2: not valid YAML: nested too deeply"),
        ("version: 1\nwords: " + "{a: " * 50 + "\n", r":2: not valid YAML: nested too deeply"),
        (
            "version: 1\nwords: &a [提幣]\nsynonyms: [*a]\n",
            r":3: not valid YAML: references \(\*name\) are not supported",
        ),
    ],
)
def test_yaml_made_to_crash_or_to_fill_the_memory_is_refused(tmp_path: Path, content: str, complaint: str) -> None:
    with pytest.raises(SourceError, match=complaint):
        read(tmp_path, content)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("助力人", "助力者"),
        ("Jumpstart", "Jump"),
        ("帳: 賬", "帳: 張"),
        ("出金, withdraw", "withdraw, 出金"),
        ("deposit, ", ""),
    ],
)
def test_the_digest_changes_with_every_entry(tmp_path: Path, before: str, after: str) -> None:
    assert before in GOOD
    assert read(tmp_path, GOOD.replace(before, after)).digest != read(tmp_path, GOOD).digest


def test_the_digest_stays_when_only_comments_and_spelling_change(tmp_path: Path) -> None:
    respelt = "# changed\n" + GOOD.replace("提幣", "提币").replace("withdraw", "WITHDRAW").replace(
        "version: 2", "version: 3"
    )
    assert read(tmp_path, respelt).digest == read(tmp_path, GOOD).digest
    assert len(Lexicon().digest) == 16


def test_moving_a_term_from_one_group_to_the_next_changes_the_digest() -> None:
    assert Lexicon(synonyms=(("a", "b"), ("c",))).digest != Lexicon(synonyms=(("a",), ("b", "c"))).digest
    assert Lexicon(words=("a",)).digest != Lexicon(synonyms=(("a",),)).digest


@hypothesis_settings(deadline=None, max_examples=100)
@given(st.text(max_size=60))
def test_any_text_is_a_lexicon_or_a_clear_error(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_text("version: 1\nwords: " + content, encoding="utf-8", newline="")
    complaint = ""
    try:
        words = lexicon.read_file(file).words
    except SourceError as error:
        complaint = str(error)
        words = ()
    assert "\n" not in complaint
    assert all(word == fold(word) != "" for word in words)


def test_the_analyzer_of_a_lexicon_knows_its_words_synonyms_and_variants(tmp_path: Path) -> None:
    analyzer = read(tmp_path, GOOD).analyzer(tmp_path / "jieba")
    assert "集力赚币" in analyzer.words("集力賺幣是什麼")
    assert "=提币" in analyzer.words("How to withdraw?")
    assert "=充币" in analyzer.words("2fa")
    assert analyzer.normalise("帳戶") == "账户"


def test_a_corpus_without_a_lexicon_has_the_general_one(tmp_path: Path) -> None:
    assert lexicon.read(tmp_path) == lexicon.general()
    shutil.copy(lexicon.EMPTY, tmp_path / lexicon.FILE_NAME)
    merged = lexicon.read(tmp_path)
    assert (merged.synonyms, merged.variants) == (lexicon.general().synonyms, lexicon.general().variants)


def test_a_corpus_adds_to_the_general_groups_that_share_a_term_and_keeps_its_own_apart() -> None:
    general = Lexicon(synonyms=(("账户", "账号", "account"), ("退款", "refund"), ("订单", "order")))
    own = Lexicon(
        version=3,
        words=("集力赚币",),
        synonyms=(("提币", "withdraw"), ("退款", "退回"), ("账号", "uid"), ("账户", "户口")),
    )
    merged = own.over(general)
    assert merged.version == 3
    assert merged.words == ("集力赚币",)
    assert merged.synonyms == (
        ("订单", "order"),
        ("提币", "withdraw"),
        ("退款", "退回", "refund"),
        ("账号", "uid", "account"),  # the corpus tells 账号 from 账户: both keep their groups
        ("账户", "户口"),
    )
    assert Lexicon().over(general) == general


def test_terms_that_differ_by_a_variant_alone_are_one_term_and_a_corpus_may_undo_a_variant() -> None:
    general = Lexicon(variants=(("帐", "账"),), synonyms=(("账户", "account"),))
    assert Lexicon(synonyms=(("帐户", "户口"),)).over(general).synonyms == (("帐户", "户口", "account"),)
    undone = Lexicon(variants=(("帐", "帐"),), synonyms=(("帐户", "户口"),)).over(general)
    assert undone.synonyms == (("账户", "account"), ("帐户", "户口"))


def test_the_general_lexicon_names_no_trade_and_no_brand_of_one() -> None:
    terms = {term for group in lexicon.general().synonyms for term in group} | {*lexicon.general().words}
    groups = [set(group) for group in lexicon.general().synonyms]
    for same in (
        {"软体", "软件"},
        {"登入", "登录", "login"},
        {"退款", "refund"},
        {"发票", "invoice"},
        {"物流", "delivery"},
    ):
        assert any(same <= group for group in groups), same
    for word in ("币", "钱包", "交易", "合约", "质押", "okx", "crypto", "coin", "wallet", "trad", "token"):
        assert not [term for term in terms if word in term], word


def test_the_projects_own_lexicon_is_valid_and_knows_what_customers_say() -> None:
    own = lexicon.read(CORPUS)
    assert own.version >= 1
    assert len(own.words) > 100
    assert len(own.synonyms) > 200
    assert ("帐", "账") in own.variants
    groups = [set(group) for group in own.synonyms]
    for same in (
        {"提币", "出金", "withdraw"},
        {"充币", "充值", "deposit"},
        {"验证码", "otp"},
        {"人脸识别", "刷脸"},
        {"紧急联系人", "紧急联络人"},
        {"诈骗", "scam", "骗徒"},
        {"账户", "account", "到账户"},
        {"最终实益所有人", "ubo"},
    ):
        assert any(same <= group for group in groups), same


def test_no_term_of_the_projects_own_lexicon_is_in_two_groups_or_both_a_word_and_a_synonym_or_stands_alone() -> None:
    own = lexicon.read(CORPUS)
    terms = [term for group in own.synonyms for term in group]
    assert len(terms) == len(set(terms))
    assert set(terms).isdisjoint(own.words)
    assert all(len(group) > 1 for group in own.synonyms)
    assert len(set(own.words)) == len(own.words)


def test_the_fitted_numbers_of_the_project_are_those_of_its_lexicon() -> None:
    assert tuning.read(CORPUS / tuning.FILE_NAME).lexicon == lexicon.read(CORPUS).digest

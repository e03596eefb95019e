"""The commands and their options. Each imports what it needs when it runs, so that `--help` is fast."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from supportbot import __version__
from supportbot.cli import formats
from supportbot.errors import InputError, SettingsError

if TYPE_CHECKING:
    from supportbot.answering.bot import SupportBot
    from supportbot.settings import Settings
    from supportbot.syncing.sources import Side

app = typer.Typer(
    name="supportbot",
    help="Answer customers' questions with the steps of a help centre's articles, or say that no article answers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Corpus = Annotated[Path | None, typer.Option(help="Folder of articles, lexicon and tuning.", show_default="corpus")]
IndexFolder = Annotated[
    Path | None, typer.Option("--index", help="Folder of the index versions.", show_default="index")
]
Category = Annotated[str | None, typer.Option(help="Search only articles of this category.")]
OnPlatform = Annotated[
    str | None, typer.Option("--platform", help="Search only what applies to this platform, e.g. app.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_state = {"debug": False}


def debugging() -> bool:
    """Return whether `--debug` was given, which shows errors with their traceback."""
    return _state["debug"]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"supportbot {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    _state["debug"] = debug


@app.command("import", epilog=formats.table())
def import_(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Files, folders or URLs to read.", show_default=False)
    ],
    to: Annotated[Path, typer.Option(help="Corpus folder that receives the articles.", show_default=False)],
    category: Annotated[str, typer.Option(help="Category of articles whose source names none.")] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Take what the source changed; keep what people edited.")
    ] = False,
    plan: Annotated[bool, typer.Option("--plan", help="Show what would change; write nothing.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Remove articles that are gone at their source.")] = False,
    skip_broken: Annotated[
        bool, typer.Option("--skip-broken", help="Import what can be read; exit with 1 if something cannot.")
    ] = False,
    on_conflict: Annotated[
        str, typer.Option(metavar="mine|source", help="Which side wins where source and people changed the same.")
    ] = "",
    source: Annotated[str, typer.Option(help="Name of the source, kept in its articles; else its file name.")] = "",
    locale: Annotated[list[str] | None, typer.Option(help="Take only articles in this language, e.g. zh-tw.")] = None,
    encoding: Annotated[str, typer.Option(help="Encoding of text files that are not UTF-8.")] = "",
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN=FIELD", help="Column or key → field, e.g. 主題=title."),
    ] = None,
    selector: Annotated[str, typer.Option(help="CSS selector of the article in HTML pages.")] = "",
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Let URLs lead to addresses of the own network.")
    ] = False,
    as_json: AsJson = False,
    corpus: Corpus = None,
) -> None:
    """Import a help centre from files, folders or URLs into a corpus folder, and keep it in step with them.

    Importing again takes what changed at the source and keeps what people edited. Nothing is written if something
    cannot be read.
    """
    from supportbot.cli.importing import How, given, run

    read = given(
        sources,
        name=source,
        category=category,
        locales=locale or (),
        encoding=encoding,
        columns=column or (),
        selector=selector,
        private=allow_private,
    )
    how = How(plan, replace, prune, skip_broken, _side(on_conflict), as_json)
    if not run(read, to, known=_settings(corpus=corpus).corpus, how=how):
        raise typer.Exit(1)


def _side(value: str) -> "Side | None":
    if value not in ("", "mine", "source"):
        raise InputError(f"--on-conflict {value!r:.40}: expected mine or source")
    return value or None  # type: ignore[return-value]


@app.command()
def sync(
    plan: Annotated[bool, typer.Option("--plan", help="Show what would change; write nothing.")] = False,
    skip_broken: Annotated[
        bool, typer.Option("--skip-broken", help="Take what can be read; exit with 1 if something cannot.")
    ] = False,
    as_json: AsJson = False,
    corpus: Corpus = None,
    index: IndexFolder = None,
) -> None:
    """Bring the corpus in step with the sources of its sources.yaml, and the index with the corpus."""
    from supportbot.cli.importing import How, run
    from supportbot.syncing import sources

    settings = _settings(corpus=corpus, index=index)
    how = How(plan, replace=True, skip_broken=skip_broken, as_json=as_json)
    settled = run(sources.read(settings.corpus), settings.corpus, known=settings.corpus, how=how)
    if not plan:
        _update_index(settings, quiet=as_json)
    if not settled:
        raise typer.Exit(1)


@app.command()
def index(
    corpus: Corpus = None,
    index: IndexFolder = None,
    force: Annotated[bool, typer.Option("--force", help="Build a new version even if nothing changed.")] = False,
) -> None:
    """Bring the index up to date with the corpus. Embed only texts that changed."""
    _update_index(_settings(corpus=corpus, index=index), force=force)


def _update_index(settings: "Settings", *, force: bool = False, quiet: bool = False) -> None:
    from supportbot.cli.terminal import load_encoder, progress, report
    from supportbot.serving.opening import prepare

    encoder = load_encoder(settings)
    with progress("embedding") as on_progress:
        built = prepare(settings, encoder=encoder, force=force, report=report, on_progress=on_progress)
    if quiet:
        return
    if built is None:
        typer.echo(f"unchanged: {settings.index} is up to date with {settings.corpus}")
        return
    for sign, ids in (("+", built.added), ("~", built.changed), ("-", built.removed)):
        for article_id in ids[:20]:
            typer.echo(f"{sign} {article_id}")
        if len(ids) > 20:
            typer.echo(f"{sign} and {len(ids) - 20} more")
    typer.echo(
        f"built {built.version}: {built.articles} articles "
        f"({len(built.added)} new, {len(built.changed)} changed, {len(built.removed)} removed), "
        f"{built.chunks} chunks; {built.embedded} of {built.texts} texts embedded"
    )
    from supportbot.cli import health
    from supportbot.serving.opening import open_bot

    health.show_brief(open_bot(settings, encoder=encoder, report=report), settings)


@app.command()
def health(as_json: AsJson = False, corpus: Corpus = None, index: IndexFolder = None) -> None:
    """Tell what to expect of the bot, what is wrong with articles, and what would help most."""
    from supportbot.cli import health

    health.run(_bot(corpus, index), _settings(corpus=corpus, index=index), as_json=as_json)


@app.command()
def ask(
    question: Annotated[
        str | None, typer.Argument(help="The question. Without it, read questions from standard input, one a line.")
    ] = None,
    as_json: AsJson = False,
    batch: Annotated[
        Path | None,
        typer.Option(help='Answer every line of a JSONL file {"id", "turns": ["…"]}; - for standard input.'),
    ] = None,
    category: Category = None,
    platform: OnPlatform = None,
    corpus: Corpus = None,
    index: IndexFolder = None,
) -> None:
    """Answer a question with the steps of an article, or say that no article answers it."""
    from supportbot.cli import asking
    from supportbot.retrieval.filters import Filters

    _require_platform(platform, corpus)
    filters = Filters(category, platform)
    if batch is not None:
        if question is not None:
            raise InputError("give either a question or --batch, not both")
        turns = asking.read_batch(batch)
        asking.answer_batch(_bot(corpus, index), turns, filters)
    elif question is None:
        asking.converse(_bot(corpus, index), filters=filters, as_json=as_json)
    else:
        from supportbot.answering.bot import check_question

        check_question(question)  # before the model is loaded
        bot = _bot(corpus, index)
        asking.answer_one(bot, bot, question, filters=filters, as_json=as_json)


@app.command()
def search(
    question: Annotated[str, typer.Argument(help="What to search for.", show_default=False)],
    mode: Annotated[str, typer.Option(help="hybrid, dense (vectors), lexical (words) or a channel.")] = "hybrid",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many articles to show.")] = 10,
    as_json: AsJson = False,
    category: Category = None,
    platform: OnPlatform = None,
    corpus: Corpus = None,
    index: IndexFolder = None,
) -> None:
    """Show the ranked articles for a question, with passages and the scores of each channel."""
    from supportbot.answering.bot import check_question
    from supportbot.cli import asking
    from supportbot.retrieval.filters import Filters
    from supportbot.retrieval.retriever import MODES

    if mode not in MODES:
        raise SettingsError(f"mode {mode!r} is unknown; expected one of {', '.join(MODES)}")
    check_question(question)
    _require_platform(platform, corpus)
    bot = _bot(corpus, index)
    found = bot.search(question, limit=limit, mode=mode, filters=Filters(category, platform))
    asking.show_hits(bot, found, mode=mode, as_json=as_json)


@app.command("eval")
def evaluate(
    dataset: Annotated[Path, typer.Argument(help="Folder of the data set, in BEIR format.", show_default=False)],
    queries: Annotated[str, typer.Option(help="File of the questions in that folder.")] = "queries.jsonl",
    split: Annotated[str, typer.Option(help="Split to evaluate; reads qrels/<split>.tsv.")] = "test",
    modes: Annotated[
        str, typer.Option(help='Modes, channels and settings files (.toml) to compare, comma-separated; "" for none.')
    ] = "hybrid,dense,lexical",
    measures: Annotated[
        str, typer.Option(help="Measures in the notation of ir_measures.")
    ] = "nDCG@10 RR@10 R@10 Success@1",
    slices: Annotated[
        str | None, typer.Option(help="Metadata key of the questions to group by.", show_default="slice, if there")
    ] = None,
    run: Annotated[list[Path] | None, typer.Option(help="TREC run file to judge as well; repeatable.")] = None,
    answers: Annotated[bool, typer.Option("--answers", help="Judge the bot's answers and refusals, too.")] = False,
    holdout: Annotated[
        Path | None, typer.Option(help="Folder of docs.txt and queries.txt to hold out.", show_default="<set>/holdout")
    ] = None,
    precision: Annotated[
        float | None, typer.Option(min=0, max=1, help="Wanted precision of answers.", show_default="answer_precision")
    ] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="Ask at most this many questions, spread evenly.")] = None,
    depth: Annotated[
        int | None, typer.Option(min=1, max=1000, help="Articles in a ranking.", show_default="as the measures need")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of intervals and tests.")] = 0,
    differences: Annotated[int, typer.Option(min=0, help="Number of most won and most lost questions to show.")] = 0,
    fail_below: Annotated[
        list[str] | None, typer.Option(help='Exit with 1 if a measure is lower, e.g. "Success@1=0.95"; repeatable.')
    ] = None,
    write_runs: Annotated[Path | None, typer.Option(help="Write TREC run files into this folder.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write report.json, .md and .html into this folder.")] = None,
    as_json: AsJson = False,
    corpus: Corpus = None,
) -> None:
    """Measure rankings and answers on a labelled data set, with intervals and significance tests."""
    from supportbot.cli import evaluating
    from supportbot.evaluation.experiment import Plan

    held = evaluating.evaluate(
        dataset,
        Plan(modes, measures, slices, tuple(run or ()), answers or holdout is not None, precision, seed),
        _settings(corpus=corpus),
        queries=queries,
        split=split,
        holdout=holdout,
        sample=sample,
        depth=depth,
        floors=fail_below or (),
        differences=differences,
        runs_to=write_runs,
        report_to=report,
        as_json=as_json,
    )
    if not held:
        raise typer.Exit(1)


@app.command()
def tune(
    sources: Annotated[
        list[Path] | None,
        typer.Argument(
            help="A table of questions and articles (.csv), a BEIR folder, or several help centres to fit across.",
            show_default=False,
        ),
    ] = None,
    collected: Annotated[
        bool, typer.Option("--collected", help="Fit on the labels that agents collected in the console.")
    ] = False,
    split: Annotated[str, typer.Option(help="Split of a BEIR folder to fit on; reads qrels/<split>.tsv.")] = "dev",
    to: Annotated[Path | None, typer.Option(help="File to write.", show_default="<corpus>/tuning.yaml")] = None,
    precision: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="The share of right answers to answer at.", show_default="as before"),
    ] = None,
    clarify: Annotated[
        float | None, typer.Option(min=0, max=1, help="The certainty from which to ask back.", show_default="as before")
    ] = None,
    corpus: Corpus = None,
) -> None:
    """Fit channel weights, confidence and thresholds on labelled questions, with cross-validation."""
    from supportbot.cli import evaluating

    settings = _settings(corpus=corpus)
    if bool(sources) == collected:
        raise InputError("tune: expected either a table or folders of labelled questions, or --collected")
    if not sources:
        evaluating.tune_collected(settings, to=to, precision=precision, clarify=clarify)
    elif len(sources) == 1:
        evaluating.tune(sources[0], settings, split=split, to=to, precision=precision, clarify=clarify)
    elif to is None:
        raise SettingsError("tune with several help centres: expected --to FILE, such as --to tuning.yaml")
    else:
        evaluating.tune_across(sources, settings, split=split, to=to, precision=precision, clarify=clarify)


@app.command()
def enrich(
    article: Annotated[list[str] | None, typer.Option(help="Id of an article; repeatable.", show_default="all")] = None,
    to: Annotated[Path | None, typer.Option(help="File of the drafts.", show_default="<corpus>/drafts.yaml")] = None,
    accept: Annotated[
        Path | None, typer.Option(help="Take the drafts marked `accept: true` in this file into the corpus.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=1, max=600, help="Most seconds for one article.")] = 60,
    corpus: Corpus = None,
    index: IndexFolder = None,
) -> None:
    """Draft alternative and out-of-scope questions with a language model, for a person to accept."""
    from supportbot.cli import enriching
    from supportbot.content import articles, out_of_scope
    from supportbot.enriching import drafts
    from supportbot.enriching.checking import Checker

    settings = _settings(corpus=corpus, index=index)
    if accept is not None:
        if article or to:
            raise InputError("give either --accept or --article and --to, not both")
        done = enriching.accept(accept, settings.corpus)
    else:
        path = to or settings.corpus / drafts.FILE_NAME
        model = enriching.language_model(settings, seconds)
        found = articles.read(settings.corpus)
        wanted = enriching.chosen(found, article or ())
        enriching.read(path)  # a file that is not valid is named before the model is loaded
        checker = Checker(_bot(corpus, index), found, out_of_scope.read(settings.corpus))
        done = enriching.draft(wanted, model, checker, path)
    if not done:
        raise typer.Exit(1)


@app.command()
def export(
    to: Annotated[Path, typer.Option(help="File to write, such as corpus.jsonl.", show_default=False)],
    corpus: Corpus = None,
) -> None:
    """Write the articles as the corpus.jsonl of a BEIR folder, for benchmarks and other tools."""
    from supportbot.content import articles
    from supportbot.evaluation.datasets import write_corpus

    found = articles.read(_settings(corpus=corpus).corpus)
    write_corpus(found, to)
    typer.echo(f"written: {to}, {len(found)} articles")


@app.command()
def bench(
    sizes: Annotated[str, typer.Option(help="Chunks to search among, comma-separated.")] = "1000,10000,100000",
    service: Annotated[bool, typer.Option("--service", help="Measure the service over loopback instead.")] = False,
    seconds: Annotated[int, typer.Option(min=0, help="With --service: seconds of mixed load.")] = 60,
    kills: Annotated[int, typer.Option(min=0, help="With --service: number of kills under load.")] = 0,
    as_json: AsJson = False,
    corpus: Corpus = None,
    index: IndexFolder = None,
) -> None:
    """Measure speed as ratios: answer to encoding, search to FAISS and bm25s, service to bot."""
    if service:
        from supportbot.cli import serving

        serving.bench(_settings(corpus=corpus, index=index), seconds=seconds, kills=kills)
        return
    from supportbot.cli.terminal import report
    from supportbot.evaluation.speed import run

    try:
        counts = [int(size) for size in sizes.split(",")]
        if not all(1 <= count <= 1_000_000 for count in counts):
            raise ValueError
    except ValueError:
        raise SettingsError(f"--sizes {sizes!r}: expected numbers from 1 to 1000000, such as 1000,10000") from None
    results = run(_settings(corpus=corpus, index=index), counts, report)
    if as_json:
        typer.echo(json.dumps([result.as_dict() for result in results], ensure_ascii=False, indent=2))
        return
    for result in results:
        typer.echo(result.line())


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", show_default="8000")] = None,
    workers: Annotated[int | None, typer.Option(help="Number of worker processes.", show_default="1")] = None,
    corpus: Corpus = None,
    index: IndexFolder = None,
) -> None:
    """Run the service: chat, help centre, agents, admin, OpenAI-compatible endpoint."""
    from supportbot.cli import serving

    serving.serve(_settings(host=host, port=port, workers=workers, corpus=corpus, index=index))


keys = typer.Typer(help="Manage the keys of agents, admins and programs.", no_args_is_help=True)
app.add_typer(keys, name="keys")


@keys.command("add")
def add_key(
    name: Annotated[str, typer.Argument(help="Who will use the key.", show_default=False)],
    role: Annotated[str, typer.Option(help="client (OpenAI endpoint), agent or admin.")] = "agent",
) -> None:
    """Create a key and print it. Only its digest is stored, so it cannot be shown again."""
    from supportbot.cli import serving

    serving.add_key(_settings(), name, role)


@keys.command("list")
def list_keys() -> None:
    """List all keys, without their secrets."""
    from supportbot.cli import serving

    serving.list_keys(_settings())


@keys.command("revoke")
def revoke_key(key: Annotated[str, typer.Argument(help="Id of the key.", show_default=False)]) -> None:
    """Revoke a key. It stops working at once."""
    from supportbot.cli import serving

    serving.revoke_key(_settings(), key)


@app.command()
def forget(
    visitor: Annotated[str, typer.Argument(help="The visitor's id (v_…).", show_default=False)],
    export: Annotated[bool, typer.Option("--export", help="Print the data as JSON; delete nothing.")] = False,
) -> None:
    """Delete everything stored about a visitor: conversations, messages, feedback."""
    from supportbot.cli import serving

    (serving.export_visitor if export else serving.forget)(_settings(), visitor)


def _settings(**options: Any) -> "Settings":
    from supportbot import settings

    return settings.load(**options)


def _bot(corpus: Path | None, index: Path | None) -> "SupportBot":
    from supportbot.cli.terminal import load_encoder, progress, report
    from supportbot.serving.opening import open_bot

    settings = _settings(corpus=corpus, index=index)
    encoder = load_encoder(settings)
    with progress("embedding") as on_progress:
        bot = open_bot(settings, encoder=encoder, report=report, on_progress=on_progress)
    bot.warm_up()
    return bot


def _require_platform(name: str | None, corpus: Path | None) -> None:
    from supportbot.content import platforms

    if name is not None:
        platforms.read(_settings(corpus=corpus).corpus).require(name)

"""Documentation sites: what the navigation of a tool says of its pages, and the paths under which they are published.

| tool | categories from | languages from |
|---|---|---|
| Docusaurus | `sidebars.js`, `_category_.json` or `.yml` | `i18n/<language>/docusaurus-plugin-content-docs/current` |
| VitePress, VuePress | `sidebar` of `.vitepress/config.*` | `locales` of it |
| Starlight | `sidebar` of `astro.config.mjs` | `locales` of it |
| Mintlify | `navigation` of `docs.json`, `mint.json` | `languages` of it |
| GitBook, mdBook, docsify | `SUMMARY.md`, `_sidebar.md` | |
| MkDocs | `nav` of `mkdocs.yml` | `theme.language`, `page.zh-tw.md` |
| any other | the names of the folders | folders such as `en/`, `zh-TW/` |

Configurations are read as text: nothing of them is run.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import dropwhile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from supportbot.errors import SourceError
from supportbot.importers import javascript, locales, values
from supportbot.importers.result import Problem, read_head, read_text
from supportbot.text.folding import clean, readable

_SCRIPTS = (".js", ".ts", ".mjs", ".mts", ".cjs", ".cts")
_CONFIGURATIONS = re.compile(
    r"(?:package|package-lock|composer|tsconfig.*|jsconfig|deno|vercel|netlify|now|book|lerna|turbo|nx|renovate|manifest"
    r"|docs|mint|_?meta|_category_|.*\.config|sidebars?|.*-sidebars|navigation|openapi|swagger|cspell|typedoc|site"
    r"|search-index|versions|code|navbar|footer|asset-manifest|components)\.jsonc?"
    r"|(?:.*\.config|sidebars)\.[cm]?[jt]s|_category_\.ya?ml|mkdocs\.ya?ml|SUMMARY\.md|_sidebar\.md"
    r"|robots\.txt|requirements.*\.txt|llms(?:-full)?\.txt|CNAME",
    re.IGNORECASE,
)
_RECORDS = re.compile(r"[\"'](?:body|answer|question)[\"']\s*:")
_I18N = re.compile(
    r"(?:(.*)/)?i18n/([^/]+)/(docusaurus-plugin-content-(docs|pages|blog)(?:-[^/]+)?(?:/current)?)(?:/|$)"
)
_NUMBER = re.compile(r"\d+\s*[-_.]+\s*(?=[^-_.\s\d])")
_SUMMARY_ITEM = re.compile(r"^(\s*)[-*+]\s+(?:\[(.*?)\]\(\s*<?([^)>\s]*)>?(?:\s+[\"'].*)?\)|(.+?))\s*$")
_MAX_DEPTH = 20
_MAX_CONFIG_FILES = 50
_MAX_ENTRIES = 100_000


def is_configuration(root: Path, path: str) -> bool:
    """Return whether a file, by its path below `root`, configures a tool, as `mkdocs.yml` does.

    A JSON file of such a name that holds questions, answers or bodies is none.
    """
    is_json = path.lower().endswith((".json", ".jsonc"))
    if not _CONFIGURATIONS.fullmatch(path.split("/")[-1]) and not (is_json and "i18n/" in f"/{path}"):
        return False
    try:
        return not (is_json and _RECORDS.search(read_head(root / path)))
    except SourceError:
        return True


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article stands in its site.

    Attributes:
        category: the labels above it in the navigation, else the names of its folders, joined with ` / `.
        locale: its language by its folder, file name or site; "" if none says it.
        addresses: its paths in the site, that begin with `/` and have no suffix.
    """

    category: str = ""
    locale: str = ""
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Content:
    """A folder of pages: its path in the source, its language, the folder that it translates, its paths in the site."""

    folder: str
    locale: str = ""
    base: str = ""
    published: tuple[str, ...] = ("",)


@dataclass(slots=True)
class Site:
    """The navigation of a source folder.

    >>> site = Site.read(Path("docs"), ["SUMMARY.md", "account/reset.md"])
    >>> site.place("account/reset.md").category
    '帳戶'
    """

    root: Path
    problems: list[Problem] = field(default_factory=list)
    _pages: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _folders: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _labels: dict[str, str] = field(default_factory=dict)
    _contents: dict[str, _Content] = field(default_factory=dict)
    _locales: dict[str, str] = field(default_factory=dict)
    _page_locales: dict[str, str] = field(default_factory=dict)
    _translations: dict[tuple[str, str], str] = field(default_factory=dict)
    _children: dict[str, set[str]] = field(default_factory=dict)
    _numbered: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, root: Path, files: Sequence[str], hidden: Sequence[str] = ()) -> "Site":
        """Return the site of the folder `root`, of whose files and hidden folders the paths below it are given.

        A configuration that cannot be read is told in `problems`; the names of the folders then stand in for it.
        """
        site = cls(root)
        for file in files:
            parts = file.split("/")[:-1]
            for depth, part in enumerate(parts[:4]):
                site._children.setdefault("/".join(parts[:depth]), set()).add(part)
        site._find_contents(files)
        for file in files:
            folder, _, name = file.rpartition("/")
            for form, reader in _READERS:
                if form.fullmatch(name):
                    site._reading(reader, file, folder)
        for folder in hidden:
            if folder.split("/")[-1] in (".vitepress", ".vuepress"):
                site._reading(_vitepress, folder, folder.rpartition("/")[0])
        return site

    def _reading(self, reader: "_Reader", file: str, folder: str) -> None:
        try:
            reader(self, file, folder)
        except SourceError as error:
            self.problems.append(Problem(error.path, f"navigation cannot be read: {error.message}", error.line))
        except (ValueError, RecursionError) as error:
            reason = clean(str(error))[:100] or "nested too deeply"
            self.problems.append(Problem(self.root / file, f"navigation cannot be read: {reason}"))

    def place(self, path: str, addresses: Iterable[str] = ()) -> Place:
        """Return the place of a file, by its path in the source and the addresses that it gives itself."""
        content, below = self._content(path)
        folders, stem, locale, front = self._without_locale(content, below)
        key = "/".join(filter(None, [*folders, "" if _is_index(stem) else stem]))
        plain = "/".join(map(_unnumbered, key.split("/"))) if content.folder in self._numbered else key
        own = [_within(folders, one) for one in addresses if not one.startswith("http")]
        keys = [_key(path), *(_joined(content.folder, one) for one in (key, plain, *own)), *own]
        locale = self._page_locales.get(keys[0], locale)
        labels = next((found for one in keys if (found := self._pages.get(one))), self._of_folders(content, folders))
        shown = [self._translations.get((locale, label), label) for label in labels]
        published = [f"{front}{site}/{one}" for site in content.published for one in (*own, plain, key)]
        written = [f"/{one}" for one in (*own, _key(path))]
        unique = dict.fromkeys(re.sub("//+", "/", one) for one in (*published, *written))
        return Place(" / ".join(filter(None, shown)), locale, tuple(unique))

    # --- paths -----------------------------------------------------------------------------------------------------

    def _find_contents(self, files: Sequence[str]) -> None:
        for file in files:
            if match := _I18N.match(file):
                above, name, folder, kind = match.groups()
                path = _joined(above or "", f"i18n/{name}/{folder}")
                base = _joined(above or "", "src/pages" if kind == "pages" else kind)
                published = (f"/{name}/docs", f"/{name}") if kind == "docs" else (f"/{name}",)
                self._contents.setdefault(path, _Content(path, locales.normal(name), base, published))
                self._numbered.add(path)
            elif file.startswith("src/content/docs/") or "/src/content/docs/" in file:
                path = file[: file.index("src/content/docs/") + len("src/content/docs")]
                self._contents.setdefault(path, _Content(path))

    def _content(self, path: str) -> tuple[_Content, str]:
        parts = path.split("/")
        for length in range(len(parts) - 1, 0, -1):
            if content := self._contents.get("/".join(parts[:length])):
                return content, "/".join(parts[length:])
        return self._contents.get("", _Content("")), path

    def _without_locale(self, content: _Content, below: str) -> tuple[list[str], str, str, str]:
        """Return the folders of a file without that of its language, its name without suffix and language, the
        language, and what stands for it before the file's address.
        """
        *folders, name = below.split("/")
        stem = re.sub(r"\.(?:mdx?|markdown|html?|jsonl?|csv|xlsx|docx|pdf|txt)$", "", name, flags=re.IGNORECASE)
        before, _, last = stem.rpartition(".")
        if before and (locale := locales.of_name(last)):
            return folders, before, locale, f"/{last}"
        for place, folder in enumerate(folders[:3]):
            is_listed = place > 0 and folders[place - 1] in ("i18n", "locales")
            above = _joined(content.folder, "/".join(folders[:place]))
            siblings = {"en"} if is_listed else self._children.get(above, set()) - {folder}
            locale = self._locales.get(_joined(above, folder)) or locales.of_name(folder, siblings)
            if locale:
                return [*folders[: place - is_listed], *folders[place + 1 :]], stem, locale, f"/{folder}"
        return folders, stem, content.locale or self._locales.get(content.folder) or self._locales.get("", ""), ""

    def _of_folders(self, content: _Content, folders: list[str]) -> tuple[str, ...]:
        """Return the labels of the folders of a file, from the nearest that the navigation names."""
        bases = dict.fromkeys([content.folder, content.base or content.folder])
        labels: list[str] = []
        for length in range(len(folders), -1, -1):
            paths = [_joined(base, "/".join(folders[:length])) for base in bases]
            if above := [self._folders[path] for path in paths if path in self._folders]:
                return (*above[0], *reversed(labels))
            if length:
                name = folders[length - 1]
                plain = _unnumbered(name) if content.folder in self._numbered else name
                labels.append(next((self._labels[path] for path in paths if path in self._labels), plain))
        return tuple(dropwhile(_ROOTS.__contains__, reversed(labels)))

    # --- what the readers find -------------------------------------------------------------------------------------

    def add_page(self, folder: str, page: str, labels: Sequence[str]) -> None:
        """Note the labels above a page, which is named by its path below `folder`."""
        if len(self._pages) < _MAX_ENTRIES and not re.match(r"[a-z]+:", page):
            self._pages.setdefault(_joined(folder, _key(page)), tuple(labels))

    def add_folder(self, folder: str, labels: Sequence[str]) -> None:
        """Note the labels above all pages of a folder that the navigation takes as they are."""
        self._folders.setdefault(folder, tuple(labels))

    def text(self, file: str) -> str:
        """Return the text of a configuration."""
        return read_text(self.root / file)

    def module(self, files: Iterable[str]) -> list[Any]:
        """Return what scripts export."""
        return javascript.Module(*(self.text(file) for file in files)).exported()


_Reader = Callable[[Site, str, str], None]
_ROOTS = frozenset(["docs", "doc", "content", "src", "pages"])
"""Folders that hold all pages of a site, and say nothing of them."""


def _key(page: str) -> str:
    """Return the path by which a page is known: without suffix, and that of its folder for an index page."""
    path = unquote(re.split("[?#]", page)[0]).strip("/")
    path = re.sub(r"\.(?:mdx?|markdown|html?)$", "", path, flags=re.IGNORECASE)
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if parts and _is_index(parts[-1]):
        parts.pop()
    return "/".join(parts)


def _is_index(stem: str) -> bool:
    return stem.lower() in ("index", "_index", "readme")


def _unnumbered(name: str) -> str:
    return name if re.match(r"\d{4}[-_.]\d{2}", name) else _NUMBER.sub("", name, count=1)


def _joined(folder: str, path: str) -> str:
    return "/".join(filter(None, [folder.strip("/"), path.strip("/")]))


def _within(folders: Sequence[str], address: str) -> str:
    """Return the path of an address that is below the page's folder if it does not begin with `/`."""
    return _key(address) if address.startswith("/") else _joined("/".join(folders), _key(address))


def _label(value: Any) -> str:
    """Return the label of an entry as plain text."""
    return readable(html.unescape(re.sub(r"<[^<>]{0,500}>", "", value)))[:200] if isinstance(value, str) else ""


def _found(data: Any, key: str, depth: int = 0) -> Iterator[Any]:
    """Yield all values of a key, at any depth."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(data, dict):
        for name, value in data.items():
            if name == key:
                yield value
            yield from _found(value, key, depth + 1)
    elif isinstance(data, list):
        for value in data:
            yield from _found(value, key, depth + 1)


# --- Docusaurus ----------------------------------------------------------------------------------------------------


def _docusaurus_config(site: Site, file: str, folder: str) -> None:
    _docusaurus_content(site, _joined(folder, "docs"), "/docs")
    for config in site.module([file]):
        for options in (one for key in ("docs", "plugins") for value in _found(config, key) for one in _options(value)):
            path = options.get("path", "docs")
            route = options.get("routeBasePath", path)
            if isinstance(path, str) and isinstance(route, str):
                content = _joined(folder, path.removeprefix("./"))
                _docusaurus_content(site, content, f"/{route.strip('/')}")
        for i18n in _found(config, "i18n"):
            if isinstance(i18n, dict) and isinstance(i18n.get("defaultLocale"), str):
                site._locales.setdefault(folder, locales.normal(i18n["defaultLocale"]))
                for one in site._contents.values():
                    if not one.base:
                        site._locales.setdefault(one.folder, locales.normal(i18n["defaultLocale"]))


def _docusaurus_content(site: Site, folder: str, route: str) -> None:
    site._contents[folder] = _Content(folder, published=(route, ""))
    site._numbered.add(folder)


def _options(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        for plugin in value:
            if isinstance(plugin, list) and len(plugin) > 1 and isinstance(plugin[1], dict) and "path" in plugin[1]:
                yield plugin[1]


def _docusaurus_sidebars(site: Site, file: str, folder: str) -> None:
    default = _joined(folder, "docs")
    if default not in site._contents:
        _docusaurus_content(site, default, "/docs")
    contents = [one for one in site._contents if not folder or one.startswith(f"{folder}/")]
    site._numbered.update(contents)
    exported = [values.of_json(site.text(file))[0]] if file.endswith(".json") else site.module([file])
    for sidebars in exported:
        for items in sidebars.values() if isinstance(sidebars, dict) else ():
            for content in contents:
                _docusaurus_items(site, content, items, ())


def _docusaurus_items(site: Site, content: str, items: Any, above: tuple[str, ...]) -> None:
    if len(above) > _MAX_DEPTH:
        return
    if isinstance(items, dict) and not isinstance(items.get("type"), str):
        items = [
            {"type": "category", "label": label, "items": below} for label, below in items.items() if label != "()"
        ]
    for item in items if isinstance(items, list) else [items]:
        if isinstance(item, str):
            site.add_page(content, item, above)
        elif isinstance(item, dict) and "type" not in item:
            _docusaurus_items(site, content, item, above)
        elif isinstance(item, dict):
            link, label = item.get("link"), _label(item.get("label"))
            match item.get("type"):
                case "doc" if isinstance(item.get("id"), str):
                    site.add_page(content, item["id"], above)
                case "category":
                    if isinstance(link, dict) and isinstance(link.get("id"), str):
                        site.add_page(content, link["id"], (*above, label))
                    _docusaurus_items(site, content, item.get("items"), (*above, label))
                case "autogenerated" if isinstance(item.get("dirName"), str):
                    path = item["dirName"].strip("./")
                    site.add_folder(_joined(content, path), above)


def _docusaurus_category(site: Site, file: str, folder: str) -> None:
    text = site.text(file)
    data = values.of_json(text)[0] if file.endswith(".json") else values.of_yaml(text)
    if isinstance(data, dict) and (label := _label(data.get("label"))):
        site._labels[folder] = label
    for content in site._contents.values():
        if not content.folder or folder.startswith(f"{content.folder}/"):
            site._numbered.add(content.folder)
            return
    site._numbered.add("")


def _docusaurus_translations(site: Site, file: str, folder: str) -> None:
    match = _I18N.match(f"{file.removesuffix('.json')}/")
    if not match:
        return
    data = values.of_json(site.text(file))[0]
    for key, value in data.items() if isinstance(data, dict) else ():
        named = re.fullmatch(r"sidebar\.[^.]+\.category\.(.+)", key)
        if named and isinstance(value, dict) and (label := _label(value.get("message"))):
            site._translations[locales.normal(match[2]), named[1]] = label


# --- VitePress -----------------------------------------------------------------------------------------------------


def _vitepress(site: Site, file: str, folder: str) -> None:
    hidden = site.root / file
    scripts = [
        path.relative_to(site.root).as_posix()
        for path in sorted([*hidden.glob("config*"), *hidden.glob("config/**/*"), *hidden.glob("sidebar*")])
        if path.suffix in _SCRIPTS and path.is_file() and path.resolve().is_relative_to(site.root.resolve())
    ]
    configs = site.module(scripts[:_MAX_CONFIG_FILES])
    source = next((one for config in configs for one in _found(config, "srcDir") if isinstance(one, str)), "")
    content = _joined(folder, source.removeprefix("./").strip("."))
    site._contents.setdefault(content, _Content(content))
    for config in configs:
        for sidebar in _found(config, "sidebar"):
            groups = sidebar.values() if isinstance(sidebar, dict) and "items" not in sidebar else [sidebar]
            for group in groups:
                _vitepress_items(site, content, group, (), "")
        for name, one in _languages(config):
            site._locales[_joined(content, name)] = one
        if isinstance(config, dict) and isinstance(config.get("lang"), str):
            site._locales.setdefault(content, locales.normal(config["lang"]))


def _languages(config: Any) -> Iterator[tuple[str, str]]:
    """Yield the folder and language of each entry in `locales`; that of the root has the folder ""."""
    for found in _found(config, "locales"):
        for name, one in found.items() if isinstance(found, dict) else ():
            language = one.get("lang") if isinstance(one, dict) else None
            is_root = name in ("root", "/")
            language = (
                language if isinstance(language, str) else "" if is_root else locales.of_name(name.strip("/"), {"en"})
            )
            if language:
                yield "" if is_root else name.strip("/"), locales.normal(language)


def _vitepress_items(site: Site, content: str, items: Any, above: tuple[str, ...], base: str) -> None:
    if len(above) > _MAX_DEPTH:
        return
    for item in items if isinstance(items, list) else [items]:
        if isinstance(item, str):
            site.add_page(content, base + item, above)
        if not isinstance(item, dict):
            continue
        label = _label(item.get("text", item.get("title")))
        below = item.get("items", item.get("children"))
        inner = item["base"] if isinstance(item.get("base"), str) else base
        labels = (*above, label) if label and below else above
        for key in ("link", "path"):
            if isinstance(item.get(key), str):
                site.add_page(content, base + item[key], labels)
        if isinstance(below, list):
            _vitepress_items(site, content, below, labels, inner)


# --- Starlight -----------------------------------------------------------------------------------------------------


def _starlight(site: Site, file: str, folder: str) -> None:
    content = _joined(folder, "src/content/docs")
    for config in site.module([file]):
        for sidebar in _found(config, "sidebar"):
            _starlight_items(site, content, sidebar, ())
        for name, one in _languages(config):
            site._locales[_joined(content, name)] = one


def _starlight_items(site: Site, content: str, items: Any, above: tuple[str, ...]) -> None:
    for item in items if isinstance(items, list) and len(above) <= _MAX_DEPTH else ():
        if isinstance(item, str):
            site.add_page(content, item, above)
        if not isinstance(item, dict):
            continue
        label = _label(item.get("label"))
        translations = item.get("translations")
        for name, one in translations.items() if isinstance(translations, dict) else ():
            site._translations[locales.normal(name), label] = _label(one)
        for key in ("slug", "link"):
            if isinstance(item.get(key), str):
                site.add_page(content, item[key], above)
        labels = (*above, label) if label else above
        generated = item.get("autogenerate")
        if isinstance(generated, dict) and isinstance(generated.get("directory"), str):
            site.add_folder(_joined(content, generated["directory"]), labels)
        _starlight_items(site, content, item.get("items"), labels)


# --- Mintlify ------------------------------------------------------------------------------------------------------

_MINTLIFY_NAMES = ("group", "tab", "anchor", "dropdown", "product", "version", "menu", "item")


def _mintlify(site: Site, file: str, folder: str) -> None:
    data = values.of_json(site.text(file))[0]
    if isinstance(data, dict) and isinstance(data.get("navigation"), dict | list):
        _mintlify_items(site, folder, data["navigation"], (), "", 0)


def _mintlify_items(site: Site, folder: str, items: Any, above: tuple[str, ...], locale: str, depth: int) -> None:
    if depth > _MAX_DEPTH * 2:
        return
    for item in items if isinstance(items, list) else [items]:
        if isinstance(item, str):
            site.add_page(folder, item, above)
            if locale:
                site._page_locales.setdefault(_joined(folder, _key(item)), locale)
        elif isinstance(item, dict):
            named = [label for key in _MINTLIFY_NAMES if (label := _label(item.get(key)))]
            language = item.get("language")
            own = locales.normal(language) if isinstance(language, str) else locale
            for key, value in item.items():
                if key in ("root", "pages") or isinstance(value, list):
                    _mintlify_items(site, folder, value, (*above, *named), own, depth + 1)


# --- GitBook, mdBook, docsify --------------------------------------------------------------------------------------


def _summary(site: Site, file: str, folder: str) -> None:
    part = ""
    opened: list[tuple[int, str]] = []
    has_items = False
    for line in site.text(file).split("\n"):
        if len(line) > 2000:
            continue
        if heading := re.match(r"(#{1,6})\s+(.*?)\s*#*$", line):
            # The first `#` heading above all items is the title of the file.
            part = _label(heading[2]) if has_items or len(heading[1]) > 1 else ""
            opened = []
        elif item := _SUMMARY_ITEM.match(line):
            has_items = True
            width = len(item[1].expandtabs(4))
            opened = [one for one in opened if one[0] < width]
            labels = [part, *(label for _, label in opened)]
            if item[3]:
                site.add_page(folder, item[3], [label for label in labels if label])
            opened.append((width, _label(re.sub(r"[*_`\\]", "", item[2] or item[4] or ""))))


# --- MkDocs --------------------------------------------------------------------------------------------------------


def _mkdocs(site: Site, file: str, folder: str) -> None:
    data = values.of_yaml(site.text(file))
    if not isinstance(data, dict):
        return
    path = data.get("docs_dir")
    content = _joined(folder, path.removeprefix("./") if isinstance(path, str) else "docs")
    site._contents.setdefault(content, _Content(content))
    theme = data.get("theme")
    if isinstance(theme, dict) and isinstance(theme.get("language"), str):
        site._locales.setdefault(content, locales.normal(theme["language"]))
    _mkdocs_items(site, content, data.get("nav"), ())


def _mkdocs_items(site: Site, content: str, items: Any, above: tuple[str, ...]) -> None:
    for item in items if isinstance(items, list) and len(above) <= _MAX_DEPTH else ():
        for label, value in item.items() if isinstance(item, dict) else [("", item)]:
            if isinstance(value, str):
                site.add_page(content, value, above)
            else:
                _mkdocs_items(site, content, value, (*above, _label(label)))


# --- labels of folders in other tools ------------------------------------------------------------------------------


def _meta(site: Site, file: str, folder: str) -> None:
    data = values.of_json(site.text(file))[0]
    if not isinstance(data, dict):
        return
    if file.endswith("_meta.json"):  # Nextra: the names of the folder's entries
        for name, value in data.items():
            if label := _label(value.get("title") if isinstance(value, dict) else value):
                site._labels[_joined(folder, name)] = label
    elif label := _label(data.get("title")):  # Fumadocs: the name of the folder itself
        site._labels[folder] = label


_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (re.compile(r"docusaurus\.config\.(?:js|ts|mjs|cjs|mts|cts)"), _docusaurus_config),
    (re.compile(r"sidebars\.(?:js|ts|mjs|cjs|mts|cts|json)"), _docusaurus_sidebars),
    (re.compile(r"_category_\.(?:json|ya?ml)"), _docusaurus_category),
    (re.compile(r"current\.json"), _docusaurus_translations),
    (re.compile(r"astro\.config\.(?:js|ts|mjs|cjs|mts|cts)"), _starlight),
    (re.compile(r"(?:docs|mint)\.json"), _mintlify),
    (re.compile(r"SUMMARY\.md|_sidebar\.md", re.IGNORECASE), _summary),
    (re.compile(r"mkdocs\.ya?ml"), _mkdocs),
    (re.compile(r"_?meta\.json"), _meta),
)
"""Which files are read, in which way. Those of one folder are read in the order of their names."""

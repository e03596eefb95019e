"""The formats that `import` reads, as its help shows them; `docs/import.md` has the same table."""

FORMATS: tuple[tuple[str, str, str], ...] = (
    (
        "Markdown: .md, .mdx, folders",
        "title, text, links, images' alt text and address, tables, notes, tabs, steps, includes; front matter"
        " (category, url, slug, tags, description, dates, draft, locale); categories of the navigation of Docusaurus,"
        " VitePress, Starlight, Mintlify, GitBook and MkDocs, else of folders",
        "image files, components that scripts draw, other keys of the front matter",
    ),
    (
        "HTML: .html, .htm",
        "the article's part of the page, links, images, tables, lists, details; breadcrumbs as category, canonical"
        " address, dates, tags, description, language",
        "navigation, forms, scripts, styles, what a script draws",
    ),
    (
        "URL: a page, a sitemap, a list of URLs",
        "as HTML; unchanged pages are not fetched again (ETag, Last-Modified)",
        "other hosts, what robots.txt forbids, addresses of the own network unless allowed",
    ),
    (
        "Help desks: .json of Zendesk Guide, Intercom, Freshdesk",
        "articles with category and section, languages and translations, labels, drafts, "
        "address, dates; restricted articles as drafts",
        "votes, attachments, authors",
    ),
    (
        "Records: .jsonl, .json arrays",
        "title, text (Markdown, HTML or plain), category, questions, url, tags, dates, views, draft; others by"
        " --column",
        "keys that no field is named for",
    ),
    (
        "Tables: .csv, .tsv, .xlsx",
        "分類｜問題｜相似問法｜答案 and the like, other headers by --column; merged cells, links of cells; UTF-8,"
        " GB18030, Big5",
        "columns that no field is named for, formulas, macros, colours",
    ),
    (
        "Word: .docx",
        "headings, numbering as Word shows it, tables, links, alt text, footnotes, dates, keywords",
        "image files, comments, deleted text, headers and footers",
    ),
    (
        "PDF: .pdf with text",
        "headings by size, numbered steps, tables, links; marked for review",
        "images, page headers and footers, scanned pages",
    ),
    (
        "Text: .txt",
        "問：… 答：… pairs, an article each; the list of a help centre copied from its page",
        "what stands behind the last article",
    ),
)
"""For each format its name, what is carried, and what is not."""


def table() -> str:
    """Return the formats as paragraphs for a terminal."""
    return "\n\n".join(f"{name}\n\n  carried: {carried}\n\n  not carried: {not_}" for name, carried, not_ in FORMATS)

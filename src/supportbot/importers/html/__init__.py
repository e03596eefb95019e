"""HTML pages: one article a file, or a fragment that another source holds.

| module | what it does |
|---|---|
| `reader` | `page` and `read`: bytes to text, the article of a page |
| `metadata` | title, category, address, dates, language, tags: what a page says of itself |
| `article_part` | finds the part of a page that is the article, and takes out what is not |
| `lists` | the numbers that browsers show before the items of lists |
| `layout_tables` | tables that only put parts of a page in places |
| `conversion` | the HTML of an article as Markdown |
"""

from supportbot.importers.html.conversion import to_markdown
from supportbot.importers.html.reader import ACCEPTS, SUFFIXES, page, read, reads

__all__ = ["ACCEPTS", "SUFFIXES", "page", "read", "reads", "to_markdown"]

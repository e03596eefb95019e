"""A stand-in until the HTML importer is there: HTML as Markdown."""

from typing import Any


def to_markdown(fragment: str) -> str:
    """Return a piece of HTML as Markdown."""
    from markdownify import MarkdownConverter

    class Converter(MarkdownConverter):
        def convert_li(self, el: Any, text: str, parent_tags: Any) -> str:
            mark = "- "
            if el.parent.name == "ol":
                position = len(list(el.parent.parent.find_all("ol", recursive=False)))
                before = len(list(el.parent.find_previous_siblings("ol")))
                number = el.get("value") or el.parent.get("start") or 1
                mark = f"{number}{'.)'[before % 2] if position > 1 else '.'} "
            text = text.strip()
            lines = text.split("\n")
            return mark + "\n".join([lines[0], *(" " * len(mark) + line if line else "" for line in lines[1:])]) + "\n"

        def convert_ol(self, el: Any, text: str, parent_tags: Any) -> str:
            return "\n\n" + text.strip() + "\n\n"

        convert_ul = convert_ol

        def convert_table(self, el: Any, text: str, parent_tags: Any) -> str:
            return f"\n\n{_pipes(el, self)}\n\n"

    def _pipes(table: Any, converter: Any) -> str:
        rows: list[list[str]] = []
        held: dict[int, tuple[int, str]] = {}
        for tr in table.find_all("tr"):
            row: list[str] = []

            def fill(row: list[str] = row) -> None:
                while len(row) in held:
                    at = len(row)
                    left, text = held.pop(at)
                    row.append(text)
                    if left > 1:
                        held[at] = (left - 1, text)

            for cell in tr.find_all(["td", "th"], recursive=False):
                fill()
                text = " ".join(
                    part
                    for part in (
                        " ".join(converter.process_tag(p, set()).split()).replace("|", "\\|")
                        for p in cell.find_all(recursive=False)
                    )
                    if part
                )
                for _ in range(int(cell.get("colspan", 1))):
                    if int(cell.get("rowspan", 1)) > 1:
                        held[len(row)] = (int(cell["rowspan"]) - 1, text)
                    row.append(text)
            fill()
            rows.append(row)
        width = max(map(len, rows), default=0)
        lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
        if lines:
            lines.insert(1, "|" + " --- |" * width)
        return "\n".join(lines)

    converter = Converter(heading_style="ATX", bullets="-", escape_misc=True)
    result: str = converter.convert(fragment)
    return result

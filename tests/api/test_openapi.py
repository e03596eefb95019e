"""The description of the service that programs are generated from."""

import re
from collections import Counter

from service import Running

VERBS = {
    *("ask", "check", "close", "compare", "create", "export", "follow", "forget", "hand", "list", "make", "preview"),
    "remove",
    *(
        "rate",
        "read",
        "reindex",
        "remove",
        "reply",
        "resolve",
        "resume",
        "revert",
        "revoke",
        "roll",
        "search",
        "set",
        "stop",
        "sync",
    ),
}


def test_operations_are_named_by_what_they_do(running_service: Running) -> None:
    paths = running_service.app.openapi()["paths"]
    names = Counter(operation["operationId"] for methods in paths.values() for operation in methods.values())
    assert [name for name, count in names.items() if count > 1] == []
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name)] == []
    assert {name.split("_")[0] for name in names} <= VERBS
    assert [name for name in names if "out" in name.split("_")] == []


def test_schemas_have_one_name_each_and_words_for_what_is_in_them(running_service: Running) -> None:
    schemas = running_service.app.openapi()["components"]["schemas"]
    assert [name for name in schemas if not re.fullmatch(r"([A-Z][a-z]+)+", name.replace("HTTP", "Http"))] == []
    own = {name: schema for name, schema in schemas.items() if name not in ("HTTPValidationError", "ValidationError")}
    assert [name for name, schema in own.items() if not schema.get("description")] == []


def test_old_names_are_no_part_of_it(running_service: Running) -> None:
    text = str(running_service.app.openapi())
    assert not re.search("unanswered|journal|readjob", text)

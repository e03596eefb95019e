"""Static files: kept for good under the address of their content, and nothing that is not meant to be served."""

import gzip
import re

import pytest
from service import Running

from supportbot import web


def test_a_file_is_kept_for_good_under_the_address_of_its_content(running_service: Running) -> None:
    client = running_service.client
    reply = client.get(web.asset_url("help/main.js"))
    assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert reply.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert reply.content == web.assets()["help/main.js"].content
    for address in ("/static/help/main.js", "/static/help/main.js?v=older"):
        assert client.get(address).headers["Cache-Control"] == "no-cache"
    tag = {"If-None-Match": reply.headers["ETag"]}
    assert client.get("/static/help/main.js", headers=tag).status_code == 304


def test_the_widget_is_one_script_with_its_style_that_any_site_may_load(running_service: Running) -> None:
    reply = running_service.client.get("/widget.js")
    assert reply.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert reply.headers["Cache-Control"] == "public, max-age=300"
    assert "{{style}}" not in reply.text
    assert ".launcher" in reply.text
    assert "\nimport " not in reply.text
    assert "\nexport " not in reply.text
    assert len(gzip.compress(reply.content, 9)) <= 30 * 1024


def test_every_page_s_files_are_there(running_service: Running) -> None:
    client = running_service.client
    for page in ("/", "/console"):
        html = client.get(page).text
        addresses = [part.split('"')[0] for part in html.split('="')[1:] if part.startswith("/static/")]
        assert len(addresses) >= 4
        for address in addresses:
            reply = client.get(address)
            assert reply.status_code == 200, address
            assert "immutable" in reply.headers["Cache-Control"], address


@pytest.mark.parametrize(
    "path",
    [
        "shared/dom.js",  # a module, which is served as a part of scripts only
        "shared/api.d.ts",
        "../templates/base.html",
        "%2e%2e/templates/base.html",
        "help/..%2f..%2ftemplates/base.html",
        "help//main.js",
        "/etc/passwd",
        "",
    ],
)
def test_nothing_else_is_served(running_service: Running, path: str) -> None:
    assert running_service.client.get(f"/static/{path}").status_code == 404


def test_scripts_read_only_what_the_api_sends(running_service: Running) -> None:
    declared = (web.STATIC / "shared" / "api.d.ts").read_text("utf-8")
    schemas = running_service.client.get("/openapi.json").json()["components"]["schemas"]
    interfaces = re.findall(r"^export interface (\w+)[^{]*{(.*?)}$", declared, re.MULTILINE | re.DOTALL)
    assert {name for name, _ in interfaces} >= {"AnswerOut", "MessageOut", "ConversationOut", "Hit", "Site"}
    for name, body in interfaces:
        fields = set(re.findall(r"(?:^|;|{)\s*(\w+)\??:", re.sub(r"{[^}]*}", "", body)))
        assert fields, name
        assert fields <= set(schemas[name]["properties"]), name

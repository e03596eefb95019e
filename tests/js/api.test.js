import assert from "node:assert/strict";
import test, { mock } from "node:test";
import { Api } from "../../src/supportbot/web/static/widget/api.js";

const online = (onLine) => Object.defineProperty(globalThis, "navigator", { value: { onLine }, configurable: true });
const replies = (reply) => mock.method(globalThis, "fetch", async () => reply());
const failure = (kind) => (error) => error.kind === kind;
const api = new Api("https://help.example");

test("a request carries the visitor's token and no cookie", async () => {
  const { mock: calls } = replies(() => Response.json({ ok: 1 }));
  assert.deepEqual(await api.json("POST", "/v1/chat", { body: { question: "?" }, token: "t" }), { ok: 1 });
  const [url, { headers, credentials, body }] = calls.calls[0].arguments;
  assert.equal(url, "https://help.example/v1/chat");
  assert.deepEqual([headers["X-Visitor-Token"], credentials, body], ["t", "omit", '{"question":"?"}']);
});

for (const [status, text, kind] of [
  [401, "", "expired"], [404, "", "gone"], [409, "", "busy"], [413, "", "long"], [422, '{"error": {"code": "question_too_long"}}', "long"],
  [422, '{"error": {"code": "invalid"}}', "refused"], [422, "no JSON", "refused"], [500, "", "server"], [503, "", "server"],
]) {
  test(`status ${status} "${text}" is a failure of kind ${kind}`, async () => {
    replies(() => new Response(text, { status }));
    await assert.rejects(api.request("GET", "/"), failure(kind));
  });
}

test("a limit tells how long to wait", async () => {
  replies(() => new Response("", { status: 429, headers: { "Retry-After": "4" } }));
  await assert.rejects(api.request("GET", "/"), (error) => error.kind === "limited" && error.seconds === 4 && error.status === 429);
});

test("without a response the browser knows whether it is offline", async () => {
  replies(() => { throw new TypeError("failed to fetch"); });
  online(false);
  await assert.rejects(api.request("GET", "/"), failure("offline"));
  online(true);
  await assert.rejects(api.request("GET", "/"), failure("connection"));
});

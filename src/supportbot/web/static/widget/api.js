/** @typedef {"offline" | "connection" | "expired" | "gone" | "limited" | "busy" | "long" | "refused" | "server"} FailureKind */

/** Why a request failed. `status` is 0 when no response came; `seconds` is how long to wait before another try. */
export class Failure extends Error {
  /**
   * @param {FailureKind} kind
   * @param {number} [status]
   * @param {number} [seconds]
   */
  constructor(kind, status = 0, seconds = 0) {
    super(kind);
    this.kind = kind;
    this.status = status;
    this.seconds = seconds;
  }
}

const KINDS = /** @type {Record<number, FailureKind>} */ ({ 401: "expired", 404: "gone", 409: "busy", 413: "long", 429: "limited" });

/** The API of the service at one address. */
export class Api {
  /** @param {string} base */
  constructor(base) {
    this.base = base;
  }

  /**
   * Send a request and return the response. Throws `Failure` unless it succeeded, `AbortError` if `signal` was aborted.
   * @param {"GET" | "POST" | "DELETE"} method
   * @param {string} path
   * @param {{ body?: object, token?: string, stream?: boolean, lastEvent?: string, signal?: AbortSignal }} [options]
   */
  async request(method, path, { body, token, stream, lastEvent, signal } = {}) {
    /** @type {Record<string, string>} */
    const headers = { Accept: stream ? "text/event-stream" : "application/json" };
    if (body) headers["Content-Type"] = "application/json";
    if (token) headers["X-Visitor-Token"] = token;
    if (lastEvent) headers["Last-Event-ID"] = lastEvent;
    let response;
    try {
      response = await fetch(this.base + path, { method, headers, body: body && JSON.stringify(body), signal, credentials: "omit", cache: "no-store" });
    } catch (error) {
      if (signal?.aborted && signal.reason?.name !== "TimeoutError") throw error;
      throw new Failure(navigator.onLine ? "connection" : "offline");
    }
    if (response.ok) return response;
    throw new Failure(await kindOf(response), response.status, Number(response.headers.get("Retry-After")) || 0);
  }

  /**
   * Send a request and return the JSON of the response.
   * @param {Parameters<Api["request"]>} request
   */
  async json(...request) {
    return (await this.request(...request)).json();
  }
}

/**
 * @param {Response} response
 * @returns {Promise<FailureKind>}
 */
async function kindOf(response) {
  if (response.status !== 422) return KINDS[response.status] ?? "server";
  const { error } = await response.json().catch(() => ({}));
  return error?.code === "question_too_long" ? "long" : "refused";
}

/**
 * Wait; shorter when `signal` is aborted or the network is back.
 * @param {number} seconds
 * @param {AbortSignal} [signal]
 */
export function pause(seconds, signal) {
  return /** @type {Promise<void>} */ (new Promise((resolve) => {
    const done = () => (clearTimeout(timer), resolve());
    const timer = setTimeout(done, seconds * 1000);
    signal?.addEventListener("abort", done, { once: true });
    addEventListener("online", done, { once: true });
  }));
}

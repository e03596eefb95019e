/**
 * Return the address to link to, resolved against `base`; null unless it is http(s) with its scheme spelt out, or stays on
 * the origin of `base`. That refuses `javascript:` and the like, and paths that lead to another host, such as `//host`.
 * @param {string | null | undefined} address
 * @param {string} base
 */
export function safeUrl(address, base) {
  if (!address) return null;
  try {
    const url = new URL(address, base);
    const allowed = /^https?:\/\//i.test(address) || url.origin === new URL(base).origin;
    return allowed && /^https?:$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

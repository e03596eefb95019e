// Copying an article's part with its link.

import { copyText } from "../shared/clipboard.js";
import { safeUrl } from "../shared/url.js";
import { call } from "./api.js";
import { t } from "./texts.js";
import { toast } from "./toast.js";

/** @import { Canned, Hit } from "../shared/api.d.ts" */

/**
 * Return the parts of an article as texts to send.
 * @param {string} article
 * @param {AbortSignal} [signal]
 * @returns {Promise<Canned[]>}
 */
export const partsOf = (article, signal) => call(`/v1/canned/${encodeURIComponent(article)}`, { signal });

/**
 * Return a part as it is sent: its text, then the link.
 * @param {Canned} part
 */
export const asText = (part) => [part.text, safeUrl(part.url, location.href)].filter(Boolean).join("\n\n");

/**
 * Copy a text and say so.
 * @param {string} text
 * @param {string} confirmation
 */
export async function copy(text, confirmation) {
  toast((await copyText(text)) ? confirmation : t("copy.failed"));
}

/**
 * Copy what answers: of the passages found, the first that holds steps, else the first.
 * @param {Hit} hit
 */
export async function copyBest(hit) {
  const parts = await partsOf(hit.article_id);
  const best = hit.passages.find((one) => /^\d+\. /m.test(one.text)) ?? hit.passages[0];
  const part = parts.find((one) => one.url.endsWith(`#${best?.anchor}`)) ?? parts[0];
  if (part) await copy(asText(part), t("copied.article", { title: hit.title }));
}

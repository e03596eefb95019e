// Copying an article's part with its link.

import { call } from "./console-api.js";
import { safeAddress } from "./console-dom.js";
import { t } from "./console-texts.js";
import { toast } from "./console-toast.js";

/** The parts of an article as texts to send. */
export const partsOf = (article, signal) => call(`/v1/canned/${encodeURIComponent(article)}`, { signal });

/** A part as it is sent: its text, then the link. */
export const asText = (part) => [part.text, safeAddress(part.url)].filter(Boolean).join("\n\n");

/** Copy a text and say so. */
export async function copy(text, confirmation) {
  try {
    await navigator.clipboard.writeText(text);
    toast(confirmation);
  } catch {
    toast(t("copy.failed"));
  }
}

/** Copy what answers: of the passages found, the first that holds steps, else the first. */
export async function copyBest(hit) {
  const parts = await partsOf(hit.article_id);
  const best = hit.passages.find((one) => /^\d+\. /m.test(one.text)) ?? hit.passages[0];
  const part = parts.find((one) => one.url.endsWith(`#${best?.anchor}`)) ?? parts[0];
  if (part) await copy(asText(part), t("copied.article", { title: hit.title }));
}

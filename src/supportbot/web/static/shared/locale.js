/** @typedef {"zh-Hant" | "zh-Hans" | "en"} Language */

/** The languages of the interface and what they call themselves. */
export const LANGUAGES = /** @type {Record<Language, string>} */ ({ "zh-Hant": "繁體中文", "zh-Hans": "简体中文", en: "English" });

/** The script of each language, as the API names it. */
export const SCRIPTS = { "zh-Hant": "hant", "zh-Hans": "hans", en: "latin" };

/** The language of texts in each script; none for Latin text, which may be in any. */
export const LANGUAGE_OF_SCRIPT = /** @type {Record<string, Language | undefined>} */ ({ hant: "zh-Hant", hans: "zh-Hans" });

const SIMPLIFIED_REGIONS = ["cn", "sg", "my"];

/**
 * Return the language of the interface for a BCP 47 tag, null where there is none. For Chinese the script subtag decides,
 * then the region, else it is Traditional: the rule of the service (`text/locale.py`).
 * @param {string} tag
 * @returns {Language | null}
 */
export function languageOf(tag) {
  const [language, ...subtags] = tag.toLowerCase().split(/[-_]/);
  if (language === "en") return "en";
  if (language !== "zh" && language !== "yue") return null;
  const script = subtags.find((one) => one === "hant" || one === "hans");
  const simplified = script ? script === "hans" : subtags.some((one) => SIMPLIFIED_REGIONS.includes(one));
  return simplified ? "zh-Hans" : "zh-Hant";
}

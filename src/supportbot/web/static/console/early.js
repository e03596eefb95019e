// Runs before the first paint: the chosen theme and language, so that nothing flashes.

import { LANGUAGES, languageOf } from "../shared/locale.js";
import { kept } from "./storage.js";

const root = document.documentElement;
const theme = kept("theme");
if (theme === "light" || theme === "dark") root.dataset.theme = theme;
const language = kept("language") ?? "";
root.lang = Object.hasOwn(LANGUAGES, language) ? language : languageOf(navigator.language) ?? "zh-Hant";

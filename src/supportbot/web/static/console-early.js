// Runs before the first paint: the chosen theme and language, so that nothing flashes.
(() => {
  const read = (name) => { try { return localStorage.getItem(`console.${name}`); } catch { return null; } };
  const languages = ["zh-Hant", "zh-Hans", "en"];
  const fitting = () => {
    const wanted = navigator.language.toLowerCase();
    if (wanted.startsWith("en")) return "en";
    return /^zh-(hans|cn|sg|my)/.test(wanted) ? "zh-Hans" : "zh-Hant";
  };
  const theme = read("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  const language = read("language");
  document.documentElement.lang = languages.includes(language) ? language : fitting();
})();

// Light or dark: what the visitor chose, else what the system says. Settled before drawing.
(() => {
  const key = "pullquote-theme";
  const _ = (message) => window.pullquoteWords?.[message] ?? message;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (localStorage.getItem(key) ?? (system.matches ? "dark" : "light")) === "dark";
  const settle = () => {
    const dark = isDark();
    if (document.body.classList.contains("dark") !== dark) document.body.classList.toggle("dark", dark);
    const button = document.querySelector("[data-theme]");
    if (button) button.textContent = dark ? _("Light") : _("Dark"); // what it makes of the page
  };
  window.pullquoteTheme = {
    settle,
    toggle: () => { localStorage.setItem(key, isDark() ? "light" : "dark"); settle(); },
  };
  const start = () => {
    settle();
    system.addEventListener("change", settle);
    // Gradio sets the class as well, from its own idea of the theme.
    new MutationObserver(settle).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  };
  document.body ? start() : addEventListener("DOMContentLoaded", start);
})();


// ---- keys, and what the page is called

const KEYS = [
  ["/", _("to the question")],
  ["↑", _("in an empty box: the last question again")],
  ["Ctrl K", _("to the articles")],
  ["Ctrl F", _("in the source: find")],
  ["Esc", _("from the source back to the answer")],
  ["?", _("these keys")],
];

const help = document.createElement("dialog");
help.id = "keys";
help.setAttribute("aria-label", _("Keys"));
help.innerHTML = `<h2></h2><dl></dl><form method="dialog"><button></button></form>`;
one("h2", help).textContent = _("Keys");
one("button", help).textContent = _("Close");
for (const [key, what] of KEYS) {
  const [term, said] = ["dt", "dd"].map((tag) => document.createElement(tag));
  term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
  said.textContent = what;
  one("dl", help).append(term, said);
}
(one("main") ?? document.body).append(help);

const writes = (element) => Boolean(element.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]"));

function lastQuestion(box) {
  const rows = all("#chat .user-row .prose");
  if (!rows.length) return;
  box.value = rows[rows.length - 1].innerText.trim();
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const box = event.target.closest?.("#box textarea");
  if (help.open) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openSide("articles");
    one("#tab-articles").focus();
  } else if (box && event.key === "ArrowUp" && plain && !event.shiftKey && box.value === "") {
    event.preventDefault();
    lastQuestion(box);
  } else if (plain && !writes(event.target) && event.key === "/") {
    event.preventDefault();
    one("#box textarea").focus();
  } else if (plain && !writes(event.target) && event.key === "?") {
    event.preventDefault();
    help.showModal();
  }
});

document.addEventListener("source", () => {
  const title = source() && one("h2", source()).textContent;
  document.title = title ? `${title} · Pullquote` : "Pullquote";
});


// ---- the conversation's column: what is folded, how sure an answer is, opinions, questions edited and
// counted. In one scope with page.js. Messages are drawn anew, so each thing is settled when it is first seen.
const EDITED = "#chat textarea.edit-textarea";
const settled = new WeakSet();
const first = (element) => !settled.has(element) && settled.add(element);

// What is cited is read in the source beside it; where there is none beside it, here.
const folds = () => all("#chat details.paragraphs");
small.addEventListener("change", () => folds().forEach((fold) => { fold.open = small.matches; }));

const inWords = (number) => number.toLocaleString(LOCALE ?? "en");
const lengthOf = (field) => [...field.value.trim()].length;

// Shows how long a question is once it is nearly too long; tells whether it is too long.
function count(field) {
  const told = one("#count"), most = Number(told.dataset.most);
  const length = lengthOf(field), over = length > most;
  told.classList.toggle("over", over);
  const counts = { length: inWords(length), most: inWords(most), over: inWords(length - most) };
  const far = over ? _("{length} of {most} characters: {over} too many", counts) : _("{length} of {most} characters", counts);
  told.textContent = length < 0.9 * most ? "" : far;
  return over;
}

function fitTo(field) {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}

// A question stands in its message as Markdown that shows it literally; it is edited as it was written.
const written = (marked) => marked
  .replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&")
  .replace(/\\([!-\/:-@[-\x60{-~])/g, "$1");

function openEditor(field) {
  field.ariaLabel = _("Your question, edited");
  field.rows = 1;
  field.value = written(field.value);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

const editButtons = (field) => all("button", field.closest(".user-row"));

function tidy() {
  for (const fold of folds()) if (first(fold)) fold.open = small.matches;
  for (const word of all("#chat .sure button[title]")) {
    word.dataset.means = word.title;
    word.removeAttribute("title");
  }
  for (const field of all(EDITED)) {
    if (first(field)) openEditor(field);
    editButtons(field).forEach((button, at) => { button.ariaLabel = button.title = at ? _("Cancel") : _("Ask"); });
  }
  for (const extra of all("#chat .icon-button-wrapper > .extra-feedback")) {
    const [bad, good] = all(":scope > button", extra.parentElement).slice(-2); // Gradio has them this way round
    if (good && first(bad) && first(good)) bad.before(good);
  }
  for (const option of all("#chat .extra-feedback-option")) {
    option.ariaPressed = String(option.style.fontWeight === "bold");
  }
}
new MutationObserver(tidy).observe(document.body, { childList: true, subtree: true });

document.addEventListener("input", (event) => {
  const field = event.target.closest?.(`#box textarea, ${EDITED}`);
  if (!field) return;
  count(field);
  if (field.matches(EDITED)) fitTo(field);
});
document.addEventListener("focusin", (event) => {
  const field = event.target.closest?.(`#box textarea, ${EDITED}`);
  if (field) count(field);
});
document.addEventListener("asked", () => {
  if (document.activeElement === document.body && !small.matches) one("#box textarea").focus();
});
for (const name of ["asked", "answered"]) document.addEventListener(name, () => count(one("#box textarea")));

// What is too long is not sent from a field that would be closed by it. The focus goes on from where the field was.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#chat .user-row button");
  const row = button?.closest(".user-row"), field = row && one(EDITED, row);
  if (!field) return;
  const asks = button === editButtons(field)[0];
  if (!asks) requestAnimationFrame(() => all("button", row).at(-1)?.focus());
  if (!asks || !count(field)) return;
  event.preventDefault();
  event.stopPropagation();
  field.focus();
}, true);

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.(EDITED);
  if (!field || event.isComposing) return;
  const [ask, cancel] = editButtons(field);
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    ask.click();
  } else if (event.key === "Escape") cancel.click();
});
tidy();

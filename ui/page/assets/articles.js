// ---- adding and choosing articles. In one scope with page.js.

const drop = () => one("#files .drop");
const FILES_AT_ONCE = 200;
const outbox = []; // files that are still to be sent, each with what it was dropped with
let sends = false;

// ---- files: dropped anywhere, chosen, or pasted

const veil = document.createElement("div");
veil.id = "veil";
veil.hidden = true;
veil.append(Object.assign(document.createElement("p"), { textContent: _("Drop to add to your articles") }));
(one("main") ?? document.body).append(veil);

let fromHere = false; // a picture of this page that is dragged comes as a file as well
document.addEventListener("dragstart", () => { fromHere = true; }, true);
document.addEventListener("dragend", () => { fromHere = false; }, true);
const carriesFiles = (event) => !fromHere && [...(event.dataTransfer?.types ?? [])].includes("Files");

for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    veil.hidden = false;
  }, true);
}
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) veil.hidden = true; }, true);
document.addEventListener("drop", (event) => {
  veil.hidden = true;
  if (!carriesFiles(event)) return;
  event.preventDefault();
  event.stopPropagation();
  const folders = [...event.dataTransfer.items].map((item) => Boolean(item.webkitGetAsEntry?.()?.isDirectory));
  take([...event.dataTransfer.files], folders);
}, true);

document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!files.length || event.target.closest?.("input, textarea")) return;
  event.preventDefault();
  take(files);
});

function problemOf(file, isFolder) {
  if (isFolder) return "folder";
  return file.size > Number(drop().dataset.bytes) ? "large" : "";
}

function take(files, folders = []) {
  if (!files.length) return;
  openSide("articles");
  one("#shelf").scrollTop = 0;
  const batch = String(Date.now()) + Math.random();
  const more = Math.max(0, files.length - FILES_AT_ONCE);
  const size = String(Math.min(files.length, FILES_AT_ONCE + 1));
  files.slice(0, FILES_AT_ONCE).forEach((file, at) => {
    outbox.push({ file, name: file.name, problem: problemOf(file, folders[at]), batch, size });
  });
  if (more) outbox.push({ name: _("{count} more files", { count: more }), problem: "many", batch, size });
  sendAll();
}

async function sendAll() {
  if (sends) return;
  sends = true;
  while (outbox.length) {
    const { file, name, problem, batch, size } = outbox.shift();
    const sent = problem ? { problem } : await send(file);
    offered = true;
    trigger("offer", { name, batch, size, ...sent });
  }
  sends = false;
  tellSending("");
}

// Send a file; returns the name under which the server has it, or what went wrong.
function send(file) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.upload.onprogress = ({ loaded, total }) => {
      const told = { name: file.name, share: `${Math.floor((100 * loaded) / total)} %`, count: outbox.length };
      if (total > 1_000_000) tellSending(outbox.length ? _("{name}: {share} sent, {count} more to send", told) : _("{name}: {share} sent", told));
    };
    request.onload = () => {
      if (request.status === 200) done({ upload: JSON.parse(request.responseText)[0] });
      else done({ problem: { 413: "large", 503: "busy" }[request.status] ?? "broken" });
    };
    request.onerror = request.onabort = () => done({ problem: "broken" });
    const body = new FormData();
    body.append("files", file, file.name);
    request.open("POST", new URL("gradio_api/upload", document.baseURI));
    request.send(body);
  });
}

function tellSending(said) {
  const told = one("#sending");
  told.hidden = !said;
  told.textContent = said;
}

// The server draws anew what is being added for as long as it goes on, once it is asked to.
let offered = false; // since it was asked last

function followAdding() {
  const alone = one("#added [data-alone]");
  if (document.body.dataset.following || !alone) return;
  document.body.dataset.following = "yes";
  delete alone.dataset.alone;
  offered = false;
  trigger("follow");
}

document.addEventListener("followed", () => {
  delete document.body.dataset.following;
  const told = one("#added .jobs");
  if (offered && told) told.dataset.alone = "yes"; // it may have ended before that came
  followAdding();
});

document.addEventListener("ready", () => {
  followAdding(); // it went on while the page was loaded again
  new MutationObserver(followAdding).observe(one("#added"), { childList: true, subtree: true });
});

// ---- which articles are searched, and how they are listed

function toChoice() {
  opener = { selector: "#scope button" };
  const filter = one("[data-filter]");
  const first = one("[data-choose]");
  const to = filter.checkVisibility() && !small.matches ? filter : first ?? one("#tab-articles");
  to.focus({ preventScroll: true }); // a sheet that is still on its way up would move the page
  const shelf = one("#shelf"), below = to.getBoundingClientRect().top - shelf.getBoundingClientRect().top;
  if (below < 0 || below > shelf.clientHeight - 60) shelf.scrollTop += below - drop().offsetHeight - 40;
}

function listAnew() {
  trigger("draw", { words: one("[data-filter]").value, order: one("[data-order]").value });
}

document.addEventListener("input", (event) => {
  if (event.target.closest?.("[data-filter], [data-order]")) listAnew();
});

document.addEventListener("change", (event) => {
  const box = event.target.closest?.("[data-choose]");
  if (box) trigger("choose", { article: box.dataset.choose, searched: box.checked ? "yes" : "no" });
  const files = event.target.closest?.("#files input[type=file]");
  if (!files) return;
  take([...files.files]);
  files.value = ""; // so that the same file can be chosen again
});

document.addEventListener("click", (event) => {
  const whole = event.target.closest?.("[data-all]");
  const only = event.target.closest?.("[data-only]");
  if (whole) trigger("choose_all", { searched: whole.dataset.all });
  if (only) trigger("choose_only", { article: only.dataset.only });
});

// The list is drawn anew with every choice: what had the focus in it gets it again.
let chose = null;
document.addEventListener("focusin", (event) => {
  const control = event.target.closest?.("#articles :is([data-choose], [data-only], [data-open])");
  const [name, value] = Object.entries(control?.dataset ?? {})[0] ?? [];
  chose = name ? `#articles [data-${name}="${value}"]` : null;
});
document.addEventListener("ready", () => {
  new MutationObserver(() => {
    if (chose && document.activeElement === document.body) one(chose)?.focus({ preventScroll: true });
  }).observe(one("#articles"), { childList: true, subtree: true });
});

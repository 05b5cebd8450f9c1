// The story page: counts, direction, one empty place after the last name, saving by key, and a warning before
// typed text is lost. The page works without any of it.

const form = document.querySelector("[data-story]");
// The toolbar has an element of the same class.
const EDITOR = ".ProseMirror[contenteditable]";

function countGraphemes(text) {
  if (!window.Intl || !Intl.Segmenter) return Array.from(text).length;
  let count = 0;
  for (const _segment of new Intl.Segmenter().segment(text)) count += 1;
  return count;
}

function addCounter(field) {
  const most = Number(field.dataset.count);
  const shown = document.createElement("p");
  shown.className = "count";
  shown.setAttribute("aria-hidden", "true");
  const spoken = document.createElement("p");
  spoken.className = "hidden-words";
  spoken.setAttribute("role", "status");
  field.after(shown, spoken);
  let timer;
  const update = (announce) => {
    const count = countGraphemes(field.value.trim());
    const words = count > most ? form.dataset.over : form.dataset.count;
    shown.textContent = words.replace("COUNT", count).replace("MOST", most);
    shown.classList.toggle("count--over", count > most);
    clearTimeout(timer);
    // Said once the typing rests, and only near the limit: a count at every key would drown the text.
    if (announce && count > most * 0.8) timer = setTimeout(() => (spoken.textContent = shown.textContent), 1200);
  };
  field.addEventListener("input", () => update(true));
  update(false);
}

function followLanguage() {
  const language = form.querySelector("[name=language]");
  const apply = () => {
    const direction = language.dataset.rtl.split(" ").includes(language.value) ? "rtl" : "ltr";
    for (const field of form.querySelectorAll(`[data-text], ${EDITOR}`)) {
      field.dir = direction;
      field.lang = language.value;
    }
  };
  language.addEventListener("change", apply);
  apply();
  return apply;
}

function keepEmptyPlace(places) {
  places.addEventListener("change", () => {
    const selects = places.querySelectorAll("select");
    const last = selects[selects.length - 1];
    if (!last.value) return;
    const next = last.cloneNode(true);
    const number = selects.length + 1;
    next.value = "";
    next.id = last.id.replace(/\d+$/, number);
    next.setAttribute("aria-label", last.getAttribute("aria-label").replace(/\d+$/, number));
    places.append(next);
  });
}

function warnBeforeLeaving() {
  const unsaved = document.getElementById("unsaved");
  let isDirty = Boolean(form.querySelector(".errornote"));
  const mark = () => {
    isDirty = true;
    unsaved.textContent = form.dataset.unsaved;
  };
  for (const happening of ["input", "change"]) form.addEventListener(happening, mark);
  form.addEventListener("click", (event) => event.target.closest(".prose-menubar [data-name]") && mark());
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    isDirty = false;
    unsaved.textContent = form.dataset.saving;
  });
  window.addEventListener("pageshow", () => delete form.dataset.sent);
  window.addEventListener("beforeunload", (event) => isDirty && event.preventDefault());
}

function saveByKey() {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    form.requestSubmit(document.getElementById("save"));
  });
}

function whenEditorStands(then) {
  const body = form.querySelector(".field--body");
  const look = () => body.querySelector(EDITOR) && body.querySelector(".prose-menubar > *") && (then(body), true);
  if (look()) return;
  const observer = new MutationObserver(() => look() && observer.disconnect());
  observer.observe(body, { childList: true, subtree: true });
}

// In a newsroom a heading in the text is a crosshead; the editor writes its menu anew whenever it likes.
function nameCrossheads(menu) {
  const names = { heading2: form.dataset.crosshead, heading3: form.dataset.subhead };
  for (const [name, words] of Object.entries(names)) {
    const heading = menu.querySelector(`[data-name=${name}] > *`);
    if (heading && heading.textContent !== words) heading.textContent = words;
  }
}

function nameEditor(body) {
  const editor = body.querySelector(EDITOR);
  const label = body.querySelector("label");
  label.id = "body-label";
  editor.setAttribute("role", "textbox");
  editor.setAttribute("aria-multiline", "true");
  editor.setAttribute("aria-labelledby", label.id);
  label.addEventListener("click", () => editor.focus());
  const menu = body.querySelector(".prose-menubar");
  nameCrossheads(menu);
  new MutationObserver(() => nameCrossheads(menu)).observe(menu, { childList: true, subtree: true });
}

if (form) {
  for (const field of form.querySelectorAll("[data-count]")) addCounter(field);
  for (const places of form.querySelectorAll("[data-places]")) keepEmptyPlace(places);
  const applyLanguage = followLanguage();
  whenEditorStands((body) => {
    nameEditor(body);
    applyLanguage();
  });
  for (const link of document.querySelectorAll("a[data-focus]")) {
    link.addEventListener("click", (event) => {
      const field = document.querySelector(link.hash);
      const target = field && field.closest(".prose-editor") ? form.querySelector(EDITOR) : field;
      if (!target) return;
      event.preventDefault();
      target.focus();
    });
  }
  if (document.getElementById("save")) {
    warnBeforeLeaving();
    saveByKey();
  }
  const refusal = document.getElementById("refusal");
  if (refusal) refusal.focus();
  else if (location.pathname.endsWith("/add/")) document.getElementById("id_headline").focus();
}

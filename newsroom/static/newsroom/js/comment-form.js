/* "Add new comment" and "Reply" open the form in place.
 *
 * Works on links with data-comment-form, whose address is the form's own page: that page's form (also marked
 * data-comment-form) is put after the link's line and takes the focus. It is sent as any form is, so what comes
 * back is a page. Where anything goes wrong the link does what links do.
 */
const opened = new WeakMap();
let count = 0;

/* Two open forms must not share ids: labels and descriptions follow the new ones. */
function makeIdsUnique(form) {
  count += 1;
  const renamed = (id) => `${id}-${count}`;
  const ids = new Set([...form.querySelectorAll("[id]")].map((element) => element.id));
  for (const element of form.querySelectorAll("[id]")) {
    element.id = renamed(element.id);
  }
  for (const name of ["for", "aria-describedby", "aria-labelledby"]) {
    for (const element of form.querySelectorAll(`[${name}]`)) {
      const given = element.getAttribute(name).split(/\s+/);
      element.setAttribute(name, given.map((id) => (ids.has(id) ? renamed(id) : id)).join(" "));
    }
  }
}

async function fetchForm(address) {
  const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const form = page.querySelector("form[data-comment-form]");
  if (!answer.ok || answer.redirected || !form) {
    throw new Error(`No form at ${address}`);
  }
  form.action = form.getAttribute("action") || address;
  makeIdsUnique(form);
  return document.adoptNode(form);
}

function show(link, form, visible) {
  form.hidden = !visible;
  link.setAttribute("aria-expanded", String(visible));
  if (visible) {
    form.querySelector("input:not([type=hidden], [tabindex='-1']), textarea")?.focus();
  }
}

async function open(link) {
  link.setAttribute("aria-busy", "true");
  try {
    const form = await fetchForm(link.href);
    (link.closest(".discussion__head, .comment__foot") ?? link).after(form);
    opened.set(link, form);
    show(link, form, true);
  } catch {
    window.location.assign(link.href);
  } finally {
    link.removeAttribute("aria-busy");
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-comment-form]");
  const withKey = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (!link || event.button !== 0 || withKey || event.defaultPrevented) {
    return;
  }
  event.preventDefault();
  const form = opened.get(link);
  if (form) {
    show(link, form, form.hidden);
  } else if (!link.hasAttribute("aria-busy")) {
    void open(link);
  }
});

/* "Add new comment" and "Reply" open the form in place.
 *
 * Works on links with data-comment-form, whose address is the form's own page. The first form with
 * data-comment-form on that page is put after the link's [data-comment-form-place] (or the link itself), is given
 * the page's address to post to, and takes the focus. It is sent as any form is, so answers come as pages.
 * Where anything goes wrong the link does what links do.
 */
const opened = new WeakMap();

async function fetchForm(address) {
  const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) {
    throw new Error(`No form at ${address}`);
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const form = page.querySelector("form[data-comment-form]");
  if (!form) {
    throw new Error(`No form on ${address}`);
  }
  const wrapper = document.createElement("div");
  wrapper.className = "comment-form";
  wrapper.append(document.adoptNode(form));
  form.action = form.getAttribute("action") || address;
  return wrapper;
}

function focusIn(wrapper) {
  wrapper.querySelector("input:not([type=hidden]):not([tabindex='-1']), textarea")?.focus();
}

async function toggle(link) {
  const there = opened.get(link);
  if (there) {
    there.hidden = !there.hidden;
    link.setAttribute("aria-expanded", String(!there.hidden));
    if (!there.hidden) {
      focusIn(there);
    }
    return;
  }
  link.setAttribute("aria-busy", "true");
  try {
    const wrapper = await fetchForm(link.href);
    const anchor = link.closest("[data-comment-form-place]") ?? link;
    anchor.after(wrapper);
    opened.set(link, wrapper);
    link.setAttribute("aria-expanded", "true");
    focusIn(wrapper);
  } catch {
    window.location.assign(link.href);
  } finally {
    link.removeAttribute("aria-busy");
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-comment-form]");
  const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (link && plain && !event.defaultPrevented) {
    event.preventDefault();
    void toggle(link);
  }
});

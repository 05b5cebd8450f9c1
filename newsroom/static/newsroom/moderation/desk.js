/* The moderation desk with script: keys, focus after a decision, and words on the buttons. Without it every link and
 * form works by itself; with it htmx swaps the answers in place. */
(() => {
  "use strict";
  const $ = (selector) => document.querySelector(selector);
  const rejecting = () => $("#reject[open]");
  const boxes = () => [...document.querySelectorAll("#rules input")];
  let digits = "";

  /* --- the button says what it will do --- */
  const sayRules = () => {
    const button = $("#reject-now");
    if (!button) return;
    const numbers = boxes().filter((box) => box.checked).map((box) => box.dataset.number);
    const last = numbers.length > 1 ? ` ${button.dataset.and} ${numbers.at(-1)}` : "";
    const first = numbers.length > 1 ? numbers.slice(0, -1).join(", ") : numbers.join("");
    const words = numbers.length > 1 ? button.dataset.many : button.dataset.one;
    button.textContent = numbers.length ? `${words} ${first}${last}` : button.dataset.none;
  };
  const showMail = () => $("#show-mail") && boxes().some((box) => box.checked) && $("#show-mail").click();

  document.addEventListener("change", (event) => {
    if (event.target.matches("#rules input")) { sayRules(); showMail(); }
    if (event.target.matches("#reject #note")) showMail();
    if (event.target.matches("#keys-on")) localStorage.setItem("moderation-keys", event.target.checked ? "on" : "off");
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.id !== "reject" || !event.target.open) return;
    sayRules();
    showMail();
    $("#rules").focus({ preventScroll: true });
  }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#reject-now");
    if (button && !boxes().some((box) => box.checked)) {
      event.preventDefault();
      event.stopPropagation();
      $("#rules").focus();
      $("#rules").scrollIntoView({ block: "nearest" });
    }
  }, true);

  /* --- keys --- */
  const keysOn = () => localStorage.getItem("moderation-keys") !== "off";
  const inField = (target) => target.matches("textarea, select, input:not([type=checkbox])") || target.isContentEditable;
  const follow = (selector) => { const found = $(selector); if (found) found.click(); return Boolean(found); };
  const step = (by) => {
    const rows = [...document.querySelectorAll("#list li")];
    const here = rows.findIndex((row) => row.classList.contains("current"));
    const row = rows[here + by];
    if (row) row.querySelector("a").click();
    else if (by > 0) follow("#next-page");
    return true;
  };
  const tick = (digit) => {
    const most = Math.max(...boxes().map((box) => Number(box.dataset.number)));
    digits += digit;
    if (most > 9 && digits.length < 2) return true;
    const box = boxes().find((one) => Number(one.dataset.number) === Number(digits));
    digits = "";
    if (box) box.click();
    return true;
  };
  const whileRejecting = (key, target) => {
    if (key === "Escape") { $("#reject").open = false; $("#reject summary").focus(); return true; }
    if (/^[0-9]$/.test(key)) return tick(key);
    if (key === "Enter" && !target.closest("button, a, summary")) return follow("#reject-now");
    return false;
  };
  const KEYS = {
    j: () => step(1), k: () => step(-1), s: () => follow("#skip"), a: () => follow("#approve"), u: () => follow("#undo"),
    r: () => { const panel = $("#reject"); if (panel) { digits = ""; panel.open = true; } return Boolean(panel); },
    "?": () => { const keys = $("#keys"); if (keys) { keys.open = !keys.open; keys.querySelector("summary").focus(); } return Boolean(keys); },
  };
  document.addEventListener("keydown", (event) => {
    const target = event.target;
    if (!$("#desk") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && rejecting() && target.closest("#reject")) { whileRejecting("Escape", target); return; }
    if (!keysOn() || event.repeat || inField(target) || document.querySelector(".htmx-request:not(#show-mail)")) return;
    if (rejecting()) { if (whileRejecting(event.key, target)) event.preventDefault(); return; }
    const act = Object.hasOwn(KEYS, event.key.toLowerCase()) && KEYS[event.key.toLowerCase()];
    if (act && act()) event.preventDefault();
  });

  /* --- answers in place --- */
  let scrolled = 0;
  let picks = [];
  const ready = () => {
    const keys = $("#keys");
    if (keys) { keys.hidden = false; $("#keys-on").checked = keysOn(); }
    sayRules();
  };
  const trouble = (kind) => {
    const line = $("#trouble");
    line.hidden = !kind;
    line.textContent = kind ? line.dataset[kind] : "";
  };
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "desk") return;
    if (!/id="card"/.test(event.detail.serverResponse)) { event.detail.shouldSwap = false; trouble(event.detail.xhr.responseURL.includes("/login/") ? "signin" : "gone"); return; }
    trouble("");
    scrolled = $("#list") ? $("#list").scrollTop : 0;
    picks = [...document.querySelectorAll("#list input[name=pick]:checked")].map((box) => box.value);
  });
  // After settling, when the new links and forms are bound: a key pressed at once must find them so.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "desk") return;
    if (location.hash === "#list") location.replace("#card");
    document.querySelectorAll("#list input[name=pick]").forEach((box) => { box.checked = picks.includes(box.value); });
    if ($("#list")) $("#list").scrollTop = scrolled;
    $("#list .current")?.scrollIntoView({ block: "nearest" });
    ready();
    $("#card h2")?.focus({ preventScroll: true });
    if (window.innerWidth < 1024) window.scrollTo(0, 0);
  });
  document.addEventListener("htmx:sendError", () => trouble("offline"));
  document.addEventListener("htmx:responseError", () => trouble("server"));
  ready();
})();

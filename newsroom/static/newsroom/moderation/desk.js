/* The moderation desk with script: keys, focus after a decision, claims, and what happened meanwhile. Without it every
 * link and form works by itself; with it htmx swaps the answers in place. Nothing is queued: what is not sent is said. */
(() => {
  "use strict";
  const $ = (selector) => document.querySelector(selector);
  const $$ = (selector) => [...document.querySelectorAll(selector)];
  const rejecting = () => $("#reject[open]");
  const boxes = () => $$("#rules input");
  const named = () => boxes().some((box) => box.checked) || Boolean($("#law")?.value.trim());
  let digits = "";
  let forNote = false; // Reject is being opened for its note

  /* --- the button says what it will do --- */
  const sayRules = () => {
    const button = $("#reject-now");
    if (!button) return;
    const numbers = boxes().filter((box) => box.checked).map((box) => box.dataset.number);
    const last = numbers.length > 1 ? ` ${button.dataset.and} ${numbers.at(-1)}` : "";
    const first = numbers.length > 1 ? numbers.slice(0, -1).join(", ") : numbers.join("");
    const words = numbers.length > 1 ? button.dataset.many : button.dataset.one;
    const none = named() ? button.dataset.law : button.dataset.none;
    button.textContent = numbers.length ? `${words} ${first}${last}` : none;
  };
  const showMail = () => $("#show-mail") && named() && $("#show-mail").click();

  document.addEventListener("change", (event) => {
    if (event.target.matches("#rules input")) { sayRules(); showMail(); }
    if (event.target.matches("#reject #note, #law, #why, #canned")) { sayRules(); showMail(); }
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.id !== "reject" || !event.target.open) return;
    sayRules();
    showMail();
    if (forNote) $("#note").focus(); else $("#rules").focus({ preventScroll: true });
    forNote = false;
  }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#reject-now");
    if (button && !named()) {
      event.preventDefault();
      event.stopPropagation();
      $("#rules").focus();
      $("#rules").scrollIntoView({ block: "nearest" });
    }
  }, true);

  /* --- asking a colleague: the foot's button opens what stands at the end of the card --- */
  document.addEventListener("click", (event) => {
    const asking = event.target.closest("#ask") && $("#asking");
    if (!asking) return;
    event.preventDefault();
    asking.open = true;
    asking.scrollIntoView({ block: "nearest" });
    $("#ask-to").focus();
  });

  /* --- keys --- */
  const keysOn = () => $("#desk")?.dataset.keys === "on";
  const inField = (target) => target.matches("textarea, select, input:not([type=checkbox])") || target.isContentEditable;
  const follow = (selector) => { const found = $(selector); if (found) found.click(); return Boolean(found); };
  const unfold = (selector, on = null) => {
    const found = $(selector);
    if (!found) return false;
    found.open = on ?? !found.open;
    if (found.open) found.querySelector("summary").focus();
    return true;
  };
  const step = (by) => {
    const rows = $$("#list li[data-shown]");
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
  const openReject = (note = false) => {
    const panel = $("#reject");
    if (!panel) return false;
    [digits, forNote, panel.open] = ["", note, true];
    return true;
  };
  const writeNote = () => {
    if (rejecting()) { $("#note")?.focus(); return true; }
    return openReject(Boolean($("#reject #note")));
  };
  const select = () => {
    const box = $("#list .current input[name=pick]");
    if (box) box.click();
    return Boolean(box);
  };
  const whileRejecting = (key, target) => {
    if (key === "Escape") { $("#reject").open = false; $("#reject summary").focus(); return true; }
    if (/^[0-9]$/.test(key)) return tick(key);
    if (key.toLowerCase() === "n") return writeNote();
    if (key === "Enter" && !target.closest("button, a, summary")) return follow("#reject-now");
    return false;
  };
  const KEYS = {
    j: () => step(1), k: () => step(-1), s: () => follow("#skip"), a: () => follow("#approve"), u: () => follow("#undo"),
    r: () => openReject(), n: writeNote, e: () => follow("#ask"), x: select,
    b: () => { const bulk = $("#bulk"); if (bulk) bulk.querySelector("button, summary")?.focus(); return Boolean(bulk); },
    t: () => unfold(".card-parent") || unfold("#neighbours"), h: () => unfold("#history"), o: () => follow("#story"),
    "/": () => { const field = unfold("#filter", true) && $("#filter input:not([type=hidden])"); if (field) field.focus(); return Boolean(field); },
    "?": () => unfold("#keys"),
  };
  document.addEventListener("keydown", (event) => {
    const target = event.target;
    if (!$("#desk") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (rejecting() && target.closest("#reject")) whileRejecting("Escape", target);
      const menu = target.closest("#filter, #keys, .desk-menu, #asking");
      if (menu) { menu.open = false; $("#card h2")?.focus(); }
      return;
    }
    if (!keysOn() || event.repeat || inField(target)) return;
    if (waiting()) { remember(() => KEYS[event.key.toLowerCase()]?.()); return; }
    if (rejecting()) { if (whileRejecting(event.key, target)) event.preventDefault(); return; }
    const act = Object.hasOwn(KEYS, event.key.toLowerCase()) && KEYS[event.key.toLowerCase()];
    if (act && act()) event.preventDefault();
  });

  /* --- answers in place --- */
  let scrolled = 0;
  let picks = [];
  let read = {};
  let sent = null;
  const waiting = () => Boolean($(".htmx-request:not(#show-mail, #news)"));
  const ready = () => {
    const keys = $("#keys");
    if (keys) keys.hidden = false;
    sayRules();
    hold();
  };
  const trouble = (kind, request = "") => {
    const line = $("#trouble");
    if (!line) return;
    line.hidden = !kind;
    if (!kind) return;
    const name = $("#card")?.dataset.name || "";
    const what = sent?.dataset?.what || line.dataset.page;
    line.querySelector("p").textContent = line.dataset[kind].replace("%what%", what).replace("%name%", name).replace("%request%", request);
    line.querySelector(".desk-signin").hidden = kind !== "signin";
    $("#retry").hidden = kind === "gone" || !sent;
  };
  const isDesk = (event) => event.detail.target?.id === "desk";
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!isDesk(event)) return;
    sent = event.detail.requestConfig.triggeringEvent?.submitter || event.detail.elt;
    trouble("");
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isDesk(event)) return;
    if (!/id="card"/.test(event.detail.serverResponse)) {
      event.detail.shouldSwap = false;
      bringBack();
      trouble(event.detail.xhr.responseURL.includes("/login/") ? "signin" : "gone");
      return;
    }
    scrolled = $("#list") ? $("#list").scrollTop : 0;
    read = { uid: $("#card")?.dataset.uid, top: $("#card")?.scrollTop };
    picks = $$("#list input[name=pick]:checked").map((box) => box.value);
  });
  // After settling, when the new links and forms are bound: a key pressed at once must find them so.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!isDesk(event)) return;
    if (location.hash === "#list") location.replace("#card");
    $$("#list input[name=pick]").forEach((box) => { box.checked = picks.includes(box.value); });
    if ($("#list")) $("#list").scrollTop = scrolled;
    $("#list .current")?.scrollIntoView({ block: "nearest" });
    before = null;
    ready();
    $("#card h2")?.focus({ preventScroll: true });
    setTimeout(fetchAhead, 50);
    if (read.uid && read.uid === $("#card")?.dataset.uid) $("#card").scrollTop = read.top;
    else if (window.innerWidth < 1024) window.scrollTo(0, 0);
    doMeant();
  });
  document.addEventListener("htmx:sendError", (event) => { if (isDesk(event)) { bringBack(); trouble("offline"); } });
  document.addEventListener("htmx:responseError", (event) => {
    if (!isDesk(event)) return;
    const { xhr } = event.detail;
    bringBack();
    trouble(xhr.status === 403 ? "signin" : "server", xhr.getResponseHeader("X-Request-ID") || "–");
  });

  /* A page that outlived its session gets the new one's token before anything is sent again. */
  const freshToken = async () => {
    const answer = await fetch($("#desk").dataset.token, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return false;
    const { token } = await answer.json();
    $$("input[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
    return true;
  };
  document.addEventListener("click", async (event) => {
    if (!event.target.closest("#retry") || !sent) return;
    try {
      if (await freshToken()) { sent.click(); } else { trouble("signin"); }
    } catch { trouble("offline"); }
  });

  /* --- the next card is fetched while this one is read, and shown when this one is decided on --- */
  let next = null;
  let before = null;
  const fetchAhead = async () => {
    const card = $("#card[data-ahead]");
    next = null;
    if (!card || !$("#approve")) return;
    try {
      const answer = await fetch(card.dataset.ahead, { method: "POST", body: form({ at: $("#card input[name=at]")?.value || "" }) });
      if (answer.status !== 200 || answer.redirected || $("#card") !== card) return;
      const made = document.createElement("template");
      made.innerHTML = await answer.text();
      next = { from: card, uid: made.content.querySelector("#card").dataset.uid, made };
    } catch { /* it comes with the answer then */ }
  };
  const deciding = (event) => isDesk(event) && next && next.from === $("#card") && sent?.closest(".acts") && sent.tagName === "BUTTON";
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.target?.id === "desk" && /\/(act|review)\/$/.test(event.detail.path) && next?.from === $("#card")) event.detail.parameters.next = next.uid;
  });
  document.addEventListener("htmx:beforeSend", (event) => {
    if (!deciding(event)) return;
    // The old ones stay, hidden, behind the new ones: their form is being sent, and they come back if that fails.
    before = ["#card", ".desk-side"].map((selector) => {
      const [shown, fresh] = [$(selector), next.made.content.querySelector(selector)];
      shown.before(fresh);
      shown.hidden = true;
      shown.removeAttribute("id");
      return [shown, fresh];
    });
    $("#card").setAttribute("aria-busy", "true");
    $("#card h2").focus({ preventScroll: true });
    if (window.innerWidth < 1024) window.scrollTo(0, 0);
    next = null;
  });
  /* What is pressed on a card that is shown before the last answer is there is done when it is there, once; if that
   * answer is not what was expected, it is forgotten: nobody decides on what they did not see. */
  let meant = null;
  const remember = (act) => { if (before) meant = { uid: $("#card")?.dataset.uid, act }; };
  const doMeant = () => {
    const { uid, act } = meant || {};
    meant = null;
    if (uid && uid === $("#card")?.dataset.uid) act();
  };
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("#card[aria-busy] :is(button, summary, a)");
    if (!pressed) return;
    event.preventDefault();
    event.stopPropagation();
    const selector = pressed.id ? `#${pressed.id}` : "#reject summary";
    if (pressed.id || pressed.closest("#reject")) remember(() => $(selector)?.click());
  }, true);
  const bringBack = () => {
    meant = null;
    before?.forEach(([shown, fresh]) => {
      shown.id = fresh.id;
      fresh.remove();
      shown.hidden = false;
      if (!shown.id) shown.removeAttribute("id");
    });
    before = null;
  };

  /* --- claims: any input keeps the comment, leaving lets it go --- */
  const KEEP_EVERY = 60_000;
  const ASK_BEFORE = 60_000;
  let endsAt = 0;
  let keptAt = 0;
  let until = ""; // the latest end of a claim that this page knows: what it lets go of when it is left
  const knows = (end) => { if (end > until) until = end; };
  const token = () => $("input[name=csrfmiddlewaretoken]")?.value || "";
  const form = (fields) => { const data = new FormData(); Object.entries({ csrfmiddlewaretoken: token(), ...fields }).forEach(([name, value]) => data.set(name, value)); return data; };
  const still = (kind) => { const line = $("#still"); if (line && line.dataset.kind !== kind) { line.dataset.kind = kind; line.textContent = kind ? line.dataset[kind] : ""; } };
  const hold = () => {
    const card = $("#card");
    endsAt = card?.dataset.claim ? Date.now() + 1000 * Number(card.dataset.seconds) : 0;
    keptAt = Date.now();
    knows(card?.dataset.until || "");
    still("");
  };
  const keep = async () => {
    const address = $("#card")?.dataset.claim;
    if (!address) return;
    keptAt = Date.now();
    const note = $("#reject #note");
    const fields = note && (note.value || note.dataset.kept) ? { note: note.value } : {};
    if (note) note.dataset.kept = note.value;
    try {
      const answer = await fetch(address, { method: "POST", body: form(fields) });
      if (!answer.ok || answer.redirected) return;
      const { seconds, until: end = "" } = await answer.json();
      knows(end);
      if ($("#card")?.dataset.claim !== address) return;
      endsAt = Date.now() + 1000 * seconds;
      still(seconds ? "" : "lost");
    } catch { /* said when something is sent: the claim ends by itself */ }
  };
  const noticed = () => { if (endsAt && (Date.now() - keptAt > KEEP_EVERY || Date.now() > endsAt - ASK_BEFORE)) keep(); };
  ["keydown", "pointerdown", "input", "wheel", "touchmove"].forEach((kind) => document.addEventListener(kind, noticed, { passive: true }));
  document.addEventListener("change", (event) => { if (event.target.matches("#reject #note")) keep(); });
  setInterval(() => {
    if (!endsAt) return;
    if (Date.now() > endsAt) still("lost");
    else if (Date.now() > endsAt - ASK_BEFORE) still("ask");
  }, 1_000);
  window.addEventListener("pagehide", () => { if (until) navigator.sendBeacon($("#desk").dataset.release, form({ until })); });

  /* --- meanwhile: told at the top of the list, never put into it --- */
  const ASK_EVERY = 20_000;
  const askNews = () => {
    const list = $("#list");
    if (document.hidden || waiting() || !window.htmx || !list) return;
    const values = { at: list.dataset.at, since: list.dataset.since, csrfmiddlewaretoken: token(), shown: $$("#list li[data-shown]").map((row) => row.dataset.shown) };
    const asked = window.htmx.ajax("POST", $("#desk").dataset.news, { source: "#news", target: "#news", swap: "none", values });
    asked?.catch(() => { /* its event below says so */ });
  };
  // While nothing is sent, this is what notices that the connection is gone, and that it is back.
  const lost = (is) => { const line = $("#lost"); if (line) line.textContent = is ? line.dataset.lost : ""; };
  const isNews = (event) => event.detail.target?.id === "news";
  document.addEventListener("htmx:sendError", (event) => { if (isNews(event)) lost(true); });
  document.addEventListener("htmx:afterOnLoad", (event) => { if (isNews(event)) lost(false); });
  if ($("#desk")) setInterval(askNews, ASK_EVERY);
  document.addEventListener("desk:news", askNews);
  if ($("#desk")) { ready(); setTimeout(fetchAhead, 50); }
})();

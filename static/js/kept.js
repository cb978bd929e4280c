// Keeps what is typed in a form marked data-keep in this browser until the server has it, and offers it back.
//
// <form data-keep="statement-4.3.4" data-version="7"> : the name tells forms of a page apart; the version is the record's.
// The kept text is forgotten when the page comes back with the same text, when any page shows data-saved="<name>", or
// when the person discards it. It belongs to one person (body data-who) and one path.
const WEEK = 7 * 24 * 60 * 60 * 1000;
const who = document.body.dataset.who || "nobody";
const leaving = new Set();
const watched = new WeakSet();

function keyOf(form) {
  return `kept:${who}:${location.pathname}:${form.dataset.keep || form.id || "form"}`;
}

function isKept(field) {
  return field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type);
}

function valuesOf(form) {
  const values = {};
  for (const field of form.elements) {
    if (!isKept(field)) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      values[field.name] = values[field.name] || [];
      if (field.checked) values[field.name].push(field.value);
    } else if (field.type === "select-multiple") {
      values[field.name] = [...field.selectedOptions].map((option) => option.value);
    } else {
      values[field.name] = field.value.replace(/\r\n?/g, "\n");
    }
  }
  return values;
}

function restore(form, values) {
  for (const field of form.elements) {
    if (!isKept(field) || !(field.name in values)) continue;
    const value = values[field.name];
    if (field.type === "checkbox" || field.type === "radio") field.checked = value.includes(field.value);
    else if (field.type === "select-multiple") {
      for (const option of field.options) option.selected = value.includes(option.value);
    } else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

// Browsers may refuse storage (private windows, a full disk): typing must go on all the same.
function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, kept) {
  try {
    if (kept) localStorage.setItem(key, JSON.stringify(kept));
    else localStorage.removeItem(key);
  } catch {
    /* nothing is kept, nothing is lost that the page holds */
  }
}

function sweep() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("kept:") && !(Date.now() - (read(key)?.at || 0) < WEEK)) localStorage.removeItem(key);
    }
  } catch {
    /* as above */
  }
}

function when(at) {
  const then = new Date(at);
  const time = then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (then.toDateString() === new Date().toDateString()) return time;
  return `${time} on ${then.toLocaleDateString("en-GB", { day: "numeric", month: "long" })}`;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text) made.textContent = text;
  return made;
}

function offer(form, key, kept, draft) {
  const box = element("div", "app-kept");
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", "Text that we kept");
  const stale = kept.version && form.dataset.version && kept.version !== form.dataset.version;
  const changed = stale ? " It has been changed on the server since then: compare before you save." : "";
  box.append(element("p", "app-kept__words", `We kept what you typed at ${when(kept.at)}. It is not saved yet.${changed}`));
  const buttons = element("div", "app-kept__buttons");
  const back = element("button", "nhsuk-button nhsuk-button--secondary nhsuk-button--small", "Restore it");
  const away = element("button", "nhsuk-button nhsuk-button--secondary nhsuk-button--small", "Discard it");
  back.type = away.type = "button";
  back.addEventListener("click", () => {
    // What was typed over an older version must not pass for written over the newer one: the server compares.
    if (stale && form.elements.version) form.elements.version.value = form.dataset.version = kept.version;
    restore(form, kept.values);
    box.remove();
    form.querySelector("textarea, input:not([type=hidden]), select")?.focus();
  });
  away.addEventListener("click", () => {
    write(key, null);
    draft?.giveUp();
    box.remove();
    form.querySelector("textarea, input:not([type=hidden]), select")?.focus();
  });
  buttons.append(back, away);
  box.append(buttons);
  form.prepend(box);
  return box;
}

// The server takes off the space around a text: that alone makes no difference.
function same(one, other) {
  const bare = (_, value) => (typeof value === "string" ? value.trim() : value);
  return JSON.stringify(one, bare) === JSON.stringify(other, bare);
}

// leaving: forms with words that the server does not have. The save bar of such a form sticks to the window.
function mark(form, unsaved) {
  if (unsaved) leaving.add(form);
  else leaving.delete(form);
  form.classList.toggle("app-unsaved", unsaved);
}

// A form with long texts that has no record to save itself into is kept by the server too, as a draft of this person: they
// find it on any device. A form that saves itself (autosave.js) needs none.
const PAUSE = 2000;
const AGAIN = 10000;
const PATIENCE = 15000;

class Draft {
  static answers = {};

  static of(form) {
    const wanted = document.body.dataset.drafts && !("autosave" in form.dataset) && form.querySelector("textarea");
    return wanted ? new Draft(form) : null;
  }

  constructor(form) {
    this.form = form;
    this.address = document.body.dataset.drafts;
    this.path = new URL(form.getAttribute("action") || location.pathname, location.href).pathname;
    this.name = form.dataset.keep || form.id || "form";
    // The server gives the draft up when it takes the form, and refuses what this page had still on its way.
    this.page = element("input", "");
    const sign = element("input", "");
    [sign.type, sign.name, sign.value] = ["hidden", "draft", this.name];
    [this.page.type, this.page.name] = ["hidden", "draft_page"];
    this.begin();
    this.sign = element("p", "app-autosave");
    this.sign.setAttribute("role", "status");
    form.append(sign, this.page, this.sign);
    // Back on a page whose form was taken, whatever is typed is new.
    window.addEventListener("pageshow", (event) => event.persisted && this.begin());
  }

  begin() {
    this.page.value = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  }

  async stored() {
    Draft.answers[this.path] ||= fetch(`${this.address}?${new URLSearchParams({ path: this.path })}`, {
      headers: { Accept: "application/json", "X-Draft": "1" },
    }).then((answer) => (answer.ok ? answer.json() : {}), () => ({}));
    return (await Draft.answers[this.path])[this.name];
  }

  say(words, how) {
    this.sign.className = `app-autosave app-autosave--${how}`;
    if (this.sign.textContent !== words) this.sign.textContent = words;
  }

  later(values, pause = PAUSE) {
    this.wanted = values;
    this.over = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), pause);
  }

  stop() {
    this.over = true;
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  giveUp() {
    this.say("", "saved");
    this.asking?.abort();
    this.later(null, 0);
  }

  // One at a time: older words must not be sent again after newer ones.
  async send() {
    if (this.asking) return;
    const values = this.wanted;
    this.asking = new AbortController();
    const patience = setTimeout((asking) => asking.abort(), PATIENCE, this.asking);
    const answer = await this.ask(values, this.asking.signal);
    clearTimeout(patience);
    this.asking = null;
    if (this.over) return;
    if (this.wanted !== values) this.later(this.wanted, 0);
    else if (values && !answer?.ok) await this.again(values, answer?.status);
  }

  async ask(values, signal) {
    const body = new URLSearchParams({
      csrfmiddlewaretoken: this.form.elements.csrfmiddlewaretoken.value,
      who, path: this.path, name: this.name, version: this.form.dataset.version || "", values: JSON.stringify(values),
      page: this.page.value,
    });
    try {
      const answer = await fetch(this.address, { method: "POST", body, headers: { "X-Draft": "1" }, signal });
      const said = answer.ok ? await answer.json() : {};
      if (said.kept_at) this.say(`Draft kept at ${said.kept_at} ✓`, "saved");
      if (said.reasons) this.say(`${said.reasons.join(" ")} What you typed is kept in this browser.`, "waiting");
      return answer;
    } catch {
      return null;
    }
  }

  async again(values, status) {
    const whys = {
      401: "Your session has ended: sign in again in another tab.",
      403: "Your session has changed.",
      409: "Somebody else is signed in now.",
    };
    const why = whys[status] || (status ? "The portal does not answer." : "No connection.");
    this.say(`${why} What you typed is kept in this browser.`, "waiting");
    const renewed = status === 403 && !this.renewed && (await this.renew());
    this.renewed = renewed;
    if (!this.over && this.wanted === values) this.later(values, renewed ? 0 : AGAIN);
  }

  // After signing in again in another tab the page's token is an old one: the page itself has the new one.
  async renew() {
    try {
      const answer = await fetch(location.href, { signal: AbortSignal.timeout(PATIENCE) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const token = page.querySelector("input[name=csrfmiddlewaretoken]")?.value;
      if (!token || page.body.dataset.who !== who) return false;
      for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
      return true;
    } catch {
      return false;
    }
  }
}

// What this browser kept, or a newer draft of another device, is offered; what the page already holds is not. A page that
// was refused holds words that the server does not have: they stay kept.
async function giveBack(form, key, draft) {
  const opened = valuesOf(form);
  const refused = document.querySelector(".nhsuk-error-summary");
  const local = read(key);
  const isHere = local && same(local.values, opened);
  if (isHere && !refused) write(key, null);
  const box = local && !isHere && offer(form, key, local, draft);
  const stored = await draft?.stored();
  if (!stored || (local && (stored.at < local.at || same(stored.values, local.values)) && !isHere)) return;
  if (!same(stored.values, opened)) {
    box?.remove();
    offer(form, key, stored, draft);
  } else if (!refused) draft.giveUp();
}

function watch(form) {
  watched.add(form);
  const key = keyOf(form);
  const draft = Draft.of(form);
  let settled = valuesOf(form);
  giveBack(form, key, draft);

  let timer = 0;
  const keep = () => {
    clearTimeout(timer);
    const values = valuesOf(form);
    if (same(values, settled)) {
      mark(form, false);
      return;
    }
    write(key, { at: Date.now(), values, version: form.dataset.version || "" });
  };
  form.addEventListener("input", () => {
    mark(form, true);
    draft?.later(valuesOf(form));
    clearTimeout(timer);
    timer = setTimeout(keep, 400);
  });
  form.addEventListener("submit", () => {
    keep();
    draft?.stop();
    mark(form, false);
  });
  // An autosave says when it sends (htmx does by itself) and when the server has it: kept:sending, kept:saved on the form,
  // or a response header HX-Trigger: kept:saved. What was typed in between stays unsaved.
  let sent = null;
  const sending = () => {
    sent = valuesOf(form);
  };
  form.addEventListener("htmx:beforeRequest", sending);
  form.addEventListener("kept:sending", sending);
  form.addEventListener("kept:saved", () => {
    settled = sent || valuesOf(form);
    sent = null;
    if (same(settled, valuesOf(form))) {
      clearTimeout(timer);
      mark(form, false);
      write(key, null);
    } else keep();
  });
  window.addEventListener("pagehide", keep);
}

// The server says "saved" on whatever page it sends the person to, which need not show the form again.
function forgetSaved() {
  const names = [...document.querySelectorAll("[data-saved]")].map((sign) => sign.dataset.saved);
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(`kept:${who}:`) && names.some((name) => name && key.endsWith(`:${name}`))) write(key, null);
    }
  } catch {
    /* as above */
  }
}

sweep();
forgetSaved();
document.querySelectorAll("form[data-keep]").forEach(watch);
document.addEventListener("htmx:load", (event) => {
  const forms = [...(event.target.parentElement || document).querySelectorAll("form[data-keep]")];
  forms.filter((form) => !watched.has(form)).forEach(watch);
});

window.addEventListener("beforeunload", (event) => {
  if (leaving.size) event.preventDefault();
});

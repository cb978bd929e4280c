// The day of a visit. Every note and mark goes into a queue in this browser first, and from there to the server when there
// is a line; a note carries a token made here, so that one sent twice is one. The page holds all elements and needs no line.
const root = document.querySelector("[data-visit-day]");
const form = root.querySelector("form[data-note]");
const line = root.querySelector("[data-line]");
const who = document.body.dataset.who;
const KEY = `visit:${who}:${location.pathname}`;
const DRAFT = `${KEY}:draft:`;
const AGAIN = 10000;
const SEND = 20000;
let inMemory = []; // for a browser that refuses storage: nothing typed is lost while the page is open
let stored = true;
let sending = false;
let trouble = ""; // "", "line", "session" or "other"
let timer = 0;

const articles = new Map([...root.querySelectorAll("[data-element]")].map((one) => [one.dataset.element, one]));
const field = (name) => form.elements.namedItem(name);
const current = () => field("element").value;

function queue() {
  if (!stored) return inMemory;
  try {
    return JSON.parse(localStorage.getItem(KEY)) || [];
  } catch {
    return inMemory;
  }
}

function write(list) {
  inMemory = list;
  try {
    if (list.length) localStorage.setItem(KEY, JSON.stringify(list));
    else localStorage.removeItem(KEY);
    stored = true;
  } catch {
    stored = false;
  }
}

function put(entry) {
  write([...queue(), entry]);
  flush();
}

const drop = (id) => write(queue().filter((entry) => entry.id !== id));
const change = (id, more) => write(queue().map((entry) => (entry.id === id ? { ...entry, ...more } : entry)));

// What is typed and not saved yet stays with its element.
function draft(number, text) {
  try {
    if (text === undefined) return localStorage.getItem(DRAFT + number) || "";
    if (text) localStorage.setItem(DRAFT + number, text);
    else localStorage.removeItem(DRAFT + number);
  } catch {
    /* the page holds it */
  }
  return text || "";
}

// randomUUID is there on a secure address only; a trust may well run this on its own network.
function token() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// A session that ended and began again in another tab has a new token, which the page's own form does not know.
function csrf() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] || field("csrfmiddlewaretoken").value;
}

function post(entry) {
  const body = new URLSearchParams(entry.fields);
  const headers = { "X-CSRFToken": csrf(), "HX-Request": "true" };
  const signal = AbortSignal.timeout(SEND);
  return fetch(entry.url, { method: "POST", body, headers, signal, redirect: "manual" }).catch(() => null);
}

async function flush() {
  if (sending) return;
  sending = true;
  trouble = "";
  clearTimeout(timer);
  show();
  for (;;) {
    const entry = queue().find((one) => !one.refused);
    if (!entry) break;
    const answer = await post(entry);
    if (answer?.ok) {
      drop(entry.id);
    } else if (answer?.status === 422) {
      const said = await answer.json().catch(() => ({}));
      if (entry.kind === "note") change(entry.id, { refused: said.words || "This was not taken." });
      else drop(entry.id);
    } else {
      trouble = !answer || answer.status >= 500 ? "line" : [401, 409].includes(answer.status) ? "session" : "other";
      break;
    }
    show();
  }
  sending = false;
  if (queue().some((one) => !one.refused)) timer = setTimeout(flush, AGAIN);
  show();
}

function counted(number, what) {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function show() {
  const waiting = queue().filter((one) => !one.refused);
  const refused = queue().filter((one) => one.refused);
  const notes = waiting.filter((one) => one.kind === "note").length;
  const marks = waiting.length - notes;
  const what = [notes && counted(notes, "note"), marks && counted(marks, "mark")].filter(Boolean).join(" and ");
  const wait = waiting.length === 1 ? "waits" : "wait";
  let words = "";
  if (!stored) words = "This browser keeps nothing: leave this page open until everything is saved. ";
  if (waiting.length && (trouble === "line" || !navigator.onLine)) words += `${what} ${wait} for signal.`;
  else if (waiting.length && trouble) words += `${what} ${wait} here.`;
  else if (waiting.length) words += `Saving ${what} …`;
  else if (!navigator.onLine) words += "No signal. Go on: notes are kept here.";
  else if (!refused.length) words += "Everything is saved.";
  if (refused.length) words += ` ${counted(refused.length, "note")} could not be taken: see below.`;
  line.hidden = false;
  line.classList.toggle("app-day__line--waits", Boolean(waiting.length || refused.length || !navigator.onLine));
  if (line.dataset.said !== words + trouble) {
    line.dataset.said = words + trouble;
    line.textContent = words;
    if (waiting.length && trouble === "session") line.append(" Your session has ended. ", signIn());
    if (waiting.length && trouble === "other") line.append(" Open this page in a new tab to see how the visit stands.");
  }
  list(queue().filter((one) => one.kind === "note"));
}

function signIn() {
  const link = document.createElement("a");
  Object.assign(link, { href: root.dataset.signIn, target: "_blank", rel: "noopener", textContent: "Sign in again in a new tab." });
  return link;
}

// The notes in the queue, under their elements; those that arrived stay where they are and say so.
function list(notes) {
  const open = new Map(notes.map((entry) => [entry.id, entry]));
  for (const item of root.querySelectorAll("[data-queued]")) {
    if (!open.has(item.dataset.token)) {
      item.className = "";
      item.querySelector("[data-state]").textContent = `${item.dataset.queued} · saved`;
      delete item.dataset.queued;
    }
  }
  for (const entry of notes) {
    const under = articles.get(entry.fields.element)?.querySelector("[data-list]");
    if (!under) continue;
    let item = under.querySelector(`[data-token="${entry.id}"]`);
    if (!item) {
      item = document.createElement("li");
      item.dataset.token = entry.id;
      const said = document.createElement("p");
      said.className = "app-keep-lines";
      said.textContent = entry.fields.text;
      const state = document.createElement("p");
      state.className = "app-small";
      state.dataset.state = "";
      item.append(said, state);
      item.dataset.queued = entry.about;
      under.append(item);
    }
    if (!item.dataset.queued) continue;
    item.className = entry.refused ? "app-day__note--refused" : "app-day__note--waits";
    const state = item.querySelector("[data-state]");
    const words = entry.refused ? `Not saved. ${entry.refused}` : `${entry.about} · waits`;
    if (state.textContent !== words) state.textContent = words;
    if (entry.refused && !item.querySelector("button")) item.append(takeBack(entry, item));
  }
}

// A note that was refused goes back into the form, to be changed.
function takeBack(entry, item) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "app-link-button", textContent: "Change it" });
  button.addEventListener("click", () => {
    const text = [entry.fields.text, field("text").value].filter((words) => words.trim()).join("\n");
    drop(entry.id);
    item.remove();
    go(entry.fields.element);
    field("text").value = text;
    draft(current(), text);
    field("text").focus();
    show();
  });
  return button;
}

function chosen(name) {
  const select = field(name);
  return select.value ? select.selectedOptions[0].textContent : "";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field("text").value.trim();
  if (!text) {
    field("text").focus();
    return;
  }
  const id = token();
  const now = new Date();
  const fields = { who, token: id, text, element: current(), at: now.toISOString() };
  for (const name of ["stop", "person"]) fields[name] = field(name).value;
  const time = now.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const about = [time, chosen("stop"), chosen("person")].filter(Boolean).join(" · ");
  put({ id, kind: "note", url: root.dataset.notes, fields, about });
  field("text").value = "";
  draft(current(), "");
  form.querySelectorAll(".nhsuk-error-message").forEach((error) => error.remove());
});

field("text").addEventListener("input", () => draft(current(), field("text").value));

for (const mark of root.querySelectorAll("form[data-mark]")) {
  mark.addEventListener("submit", (event) => {
    event.preventDefault();
    const pressed = event.submitter;
    const value = pressed.getAttribute("aria-pressed") === "true" ? "" : pressed.dataset.value;
    showMark(mark, value);
    put({ id: token(), kind: "mark", url: mark.getAttribute("action"), fields: { mark: value } });
  });
}

function showMark(mark, value) {
  for (const button of mark.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.value === value));
  }
}

function go(number) {
  if (!articles.has(number)) return;
  articles.forEach((article, name) => (article.hidden = name !== number));
  field("element").value = number;
  field("text").value = draft(number);
  root.querySelectorAll("form[data-mark] [name=element]").forEach((one) => (one.value = number));
  history.replaceState(null, "", `?element=${number}`);
}

root.addEventListener("click", (event) => {
  const link = event.target.closest("[data-go]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.dataset.go);
  articles.get(link.dataset.go).querySelector("h2").focus();
});

for (const entry of queue()) {
  if (entry.kind === "mark" && !entry.refused) {
    const mark = root.querySelector(`form[data-mark][action="${entry.url}"]`);
    if (mark) showMark(mark, entry.fields.mark);
  }
}
if (field("text").value) draft(current(), field("text").value);
else field("text").value = draft(current());
window.addEventListener("online", flush);
window.addEventListener("offline", show);
window.addEventListener("storage", show);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
flush();

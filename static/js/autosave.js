// Saves a form marked data-autosave while somebody types, and says so beside its buttons.
//
// The form is sent to its own address with the header X-Autosave; the view answers with JSON (departments/views/autosave.py):
// {version, saved_at}, or {reasons} why not · 409 {words}: a colleague was first · 401: the session has ended.
// What has no answer yet is sent again word for word before anything newer, so that a save whose answer was lost on its
// way is not taken for a colleague's. kept.js keeps the words in this browser meanwhile.
const PAUSE = 1500;
const LONGEST = 10000;
const AGAIN = [2000, 4000, 8000, 15000, 30000];
const PATIENCE = 20000;
const KEEPALIVE = 60000; // bytes that a browser sends for a page that is closing
const GONE = "kept in this browser, will be saved.";

class Autosave {
  constructor(form) {
    this.form = form;
    this.unanswered = null;
    this.flight = null;
    this.failures = 0;
    this.offline = false;
    this.over = false;
    this.settled = this.print(this.words());
    this.saying = this.makeSaying();
    form.addEventListener("input", () => this.typed(PAUSE));
    form.addEventListener("change", () => this.typed(200));
    form.addEventListener("submit", (event) => this.submit(event));
    window.addEventListener("pagehide", () => this.save());
    window.addEventListener("online", () => this.unanswered && this.save());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden || this.unanswered) this.save();
    });
    window.addEventListener("focus", () => this.unanswered && this.save());
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) this.over = false;
    });
  }

  words() {
    return new URLSearchParams(new FormData(this.form));
  }

  // What was typed, without what the page adds.
  print(words) {
    const bare = new URLSearchParams(words);
    for (const name of ["csrfmiddlewaretoken", "version", "who"]) bare.delete(name);
    return bare.toString();
  }

  makeSaying() {
    const shown = document.createElement("span");
    shown.className = "app-autosave";
    shown.setAttribute("role", "status");
    // Seen and not read out: a screen reader hears of a save once a minute, and of trouble at once.
    this.busy = document.createElement("span");
    this.busy.className = "app-autosave app-autosave--busy";
    this.busy.setAttribute("aria-hidden", "true");
    (this.form.querySelector(".app-save-bar") || this.form).append(shown, this.busy);
    return shown;
  }

  say(words, state) {
    this.form.querySelector("[data-autosave-before]")?.remove();
    this.form.classList.add("app-autosaving");
    this.busy.textContent = "";
    this.saying.className = `app-autosave app-autosave--${state}`;
    if (this.saying.textContent !== words) this.saying.textContent = words;
  }

  typed(pause) {
    if (this.over) return;
    this.form.classList.add("app-autosaving");
    this.since ||= Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), Math.max(0, Math.min(pause, this.since + LONGEST - Date.now())));
  }

  save() {
    clearTimeout(this.timer);
    if (this.over || this.flight) return this.flight || Promise.resolve();
    if (!this.unanswered) {
      const words = this.words();
      this.since = 0;
      if (this.print(words) === this.settled) return Promise.resolve();
      this.unanswered = words;
      this.form.dispatchEvent(new CustomEvent("kept:sending"));
    }
    this.flight = this.send().finally(() => {
      this.flight = null;
    });
    return this.flight;
  }

  async send() {
    this.busy.textContent = "Saving…";
    const answer = await this.ask();
    this.offline = !answer;
    if (!answer) return this.later("No connection: ");
    if (answer.status === 401 || answer.type === "opaqueredirect") return this.signedOut();
    if (answer.status === 403) return (await this.refresh()) ? this.send() : undefined;
    if (answer.status === 409) return this.overtaken((await answer.json()).words);
    if (!answer.ok) return this.later("The portal does not answer: ");
    const said = await answer.json();
    return said.reasons ? this.refused(said.reasons) : this.saved(said);
  }

  async ask() {
    const body = this.unanswered;
    try {
      return await fetch(this.form.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-Autosave": "1" },
        redirect: "manual",
        keepalive: body.toString().length < KEEPALIVE,
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      return null;
    }
  }

  saved({ version, saved_at }) {
    this.settled = this.print(this.unanswered);
    this.unanswered = null;
    this.failures = 0;
    this.form.elements.version.value = version;
    this.form.dataset.version = version;
    this.form.dispatchEvent(new CustomEvent("kept:saved"));
    this.say(`Saved ${saved_at} ✓`, "saved");
    if (this.print(this.words()) !== this.settled) this.typed(PAUSE);
  }

  later(why) {
    this.say(why + GONE, "waiting");
    this.again(AGAIN[Math.min(this.failures++, AGAIN.length - 1)]);
  }

  again(after) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), after);
  }

  signedOut() {
    this.say("Your session has ended: kept here. Sign in in another tab, and it will be saved.", "waiting");
    this.again(10000);
  }

  // After signing in again the page's token is an old one: the page itself has the new one, and says who is signed in.
  async refresh() {
    if (this.refreshed) {
      this.stop("You can no longer change this. What you typed is kept in this browser: copy what you need.");
      return false;
    }
    try {
      const answer = await fetch(location.href, { signal: AbortSignal.timeout(PATIENCE) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const who = page.body.dataset.who;
      const token = page.querySelector("input[name=csrfmiddlewaretoken]")?.value;
      if (!who) this.signedOut();
      else if (who !== document.body.dataset.who) {
        this.say("Somebody else is signed in now. What you typed is kept here for you alone.", "waiting");
        this.again(AGAIN.at(-1));
      } else if (!token) this.stop("You can no longer change this. What you typed is kept in this browser.");
      if (!who || who !== document.body.dataset.who || !token) return false;
      for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
      this.unanswered.set("csrfmiddlewaretoken", token);
      this.refreshed = true;
      setTimeout(() => {
        this.refreshed = false;
      }, 5000);
      return true;
    } catch {
      this.later("No connection: ");
      return false;
    }
  }

  refused(reasons) {
    this.settled = this.print(this.unanswered);
    this.unanswered = null;
    this.say(`Not saved yet. ${reasons.join(" ")}`, "failed");
  }

  // The save that follows is a press on a button: the server shows both texts, and the person chooses.
  overtaken(words) {
    this.stop(`${words} What you typed is kept here and overwrites nothing.`);
    const compare = document.createElement("button");
    compare.type = "submit";
    compare.className = "app-link-button";
    compare.textContent = "Compare both texts";
    this.saying.after(compare);
  }

  stop(words) {
    this.over = true;
    this.unanswered = null;
    this.say(words, "failed");
  }

  // A press on Save waits for the save that is on its way: its version would be the older one. Without a connection the
  // page stays, since leaving it would show nothing.
  submit(event) {
    if (event.defaultPrevented || this.over) return;
    if (!this.flight && !this.unanswered) {
      clearTimeout(this.timer);
      this.over = true;
      setTimeout(() => {
        this.over = false;
      }, 10000);
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    this.save().then(() => {
      if (!this.offline) {
        this.unanswered = null;
        this.form.requestSubmit(button);
      }
    });
  }
}

const watched = new WeakSet();

function watch(root) {
  for (const form of root.querySelectorAll("form[data-autosave]")) {
    if (watched.has(form)) continue;
    watched.add(form);
    new Autosave(form);
  }
}

watch(document);
document.addEventListener("htmx:load", (event) => watch(event.target.parentElement || document));

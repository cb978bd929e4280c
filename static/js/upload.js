// Sends files a part at a time (tus-js-client), several at once, through dropped lines, closed laptops and ended sessions.
//
// [data-upload] is where files are dropped or chosen: data-endpoint announces a file, data-status (with a token put into it) tells
// how far one that arrived has come, data-use is where evidence that is here already is put to the element. Each file is
// a card made of the <template> inside; one that arrived becomes a hidden kept_file in the form around.
/* global tus */
const PART = 8 * 1024 * 1024; // bytes a request: little enough for a proxy that keeps a request until it is whole
const AT_ONCE = 2;
const AGAIN = [1000, 2000, 5000, 10000, 20000, ...Array(120).fill(30000)]; // ms until a dropped line is tried again
const SILENT = 45000; // ms without a byte after which a line is taken for dropped, whatever the browser thinks
const TOKEN = /\/uploads\/([0-9a-f-]{36})\//;
const NOBODY = "00000000-0000-0000-0000-000000000000"; // stands in an address for a token
const ON_THE_WAY = ["queued", "sending", "dropped"];

// A session that ended and began again in another tab has a new token, which the page's own form does not know.
function csrf() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return cookie ? cookie[1] : document.querySelector("input[name=csrfmiddlewaretoken]")?.value || "";
}

function inWords(bytes) {
  if (bytes < 1024) return `${bytes} byte${bytes === 1 ? "" : "s"}`;
  const step = Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), 3);
  return `${(bytes / 1024 ** step).toFixed(1)} ${["", "KB", "MB", "GB"][step]}`;
}

function titleFrom(name) {
  const words = name.replace(/\.[^.]*$/, "").replace(/[_\-–]+/g, " ").replace(/\s+/g, " ").trim();
  return (words.charAt(0).toUpperCase() + words.slice(1)).slice(0, 200);
}

function ask(method, url, body) {
  const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": csrf() };
  return fetch(url, { method, body, headers, redirect: "manual", credentials: "same-origin" });
}

function prepare(area) {
  const form = area.closest("form");
  const list = area.querySelector("[data-cards]");
  const input = area.querySelector("input[type=file]");
  const cards = [];
  let number = 0;
  let leaving = false; // once the form is sent, its files are evidence, and no longer told of here

  const told = area.querySelector("[data-told]");
  const tell = (words) => {
    told.textContent = words;
  };

  // ---- One file
  function add(file) {
    const root = area.querySelector("template").content.firstElementChild.cloneNode(true);
    const part = (name) => root.querySelector(`[data-${name}]`);
    const card = { root, file, state: "queued", moved: Date.now() };
    number += 1;
    for (const place of root.querySelectorAll("[data-name]")) place.textContent = file.name;
    part("size").textContent = inWords(file.size);
    part("bar").setAttribute("aria-label", `How much of ${file.name} has arrived`);
    const title = part("title");
    if (title) {
      title.value = titleFrom(file.name);
      title.id = `title-${number}`;
      root.querySelector("label").htmlFor = title.id;
    }

    const show = (state, words) => {
      card.state = state;
      root.dataset.state = state;
      part("words").textContent = words;
      part("pause").hidden = !ON_THE_WAY.includes(state);
      part("resume").hidden = !["paused", "stopped"].includes(state);
      part("cancel").hidden = ["arrived", "refused"].includes(state);
      part("remove").hidden = !["arrived", "refused"].includes(state);
      part("bar").hidden = ["arrived", "refused"].includes(state);
      if (state === "refused") root.querySelector("[data-about]")?.remove();
      look();
    };
    const problem = (words) => {
      part("problem").hidden = !words;
      part("problem-words").textContent = words;
    };
    const percent = () => Math.floor(100 * (part("bar").value || 0));

    const upload = new tus.Upload(file, {
      endpoint: area.dataset.endpoint,
      chunkSize: PART,
      metadata: { filename: file.name },
      retryDelays: AGAIN,
      removeFingerprintOnSuccess: true,
      // The same file of the same person, chosen again in this browser, goes on where it stopped.
      fingerprint: async () => fingerprint(file),
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", csrf()),
      onAfterResponse: (request, response) => {
        const status = response.getStatus();
        card.signedOut = status === 401;
        // tus-js-client would begin a new upload after any "no" to HEAD; only one that is gone is begun again.
        if (request.getMethod() === "HEAD" && status >= 300 && ![404, 410].includes(status)) throw new Error(`${status}`);
      },
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() || 0;
        const again = !card.signedOut && (status < 400 || status >= 500 || status === 409 || status === 423);
        if (again && card.state === "sending") {
          show("dropped", "The line dropped: trying again…");
          tell(`${file.name}: the line dropped. Trying again.`);
        }
        return again;
      },
      onUploadUrlAvailable: () => {
        card.token = upload.url.match(TOKEN)?.[1];
        forget(file, upload.url);
        // Pressed while the file was being announced: stopped then, it would have been announced twice.
        if (card.state === "paused") upload.abort();
        if (card.gone) upload.abort(true).catch(() => {});
      },
      onProgress: (sent, total) => {
        if (!ON_THE_WAY.includes(card.state)) return;
        card.moved = Date.now();
        const half = percent() < 50 && sent / total >= 0.5;
        part("bar").value = sent / total;
        show("sending", `Arriving ${percent()} %`);
        if (half && file.size > PART) tell(`${file.name}: half of it has arrived.`);
      },
      onSuccess: () => {
        part("bar").value = 1;
        const kept = document.createElement("input");
        Object.assign(kept, { type: "hidden", name: "kept_file", value: card.token });
        root.append(kept);
        if (title) title.name = `title-${card.token}`;
        show("arrived", "Waiting to be checked");
        tell(`${file.name} has arrived.`);
        next();
        follow(root, card.token);
      },
      onError: (error) => {
        const status = error.originalResponse?.getStatus() || 0;
        part("signed-out").hidden = !card.signedOut;
        if (card.signedOut) show("stopped", `Stopped at ${percent()} %`);
        else if (status >= 400 && status < 500) {
          const words = error.originalResponse.getBody();
          problem(words && words.length < 600 && !words.includes("<") ? words : "This file cannot be taken. Load the page again, then try once more.");
          show("refused", "Not sent");
        } else {
          problem(error.originalRequest ? "The line is down. Press Resume when you are connected again." : "Your browser can no longer read this file. Choose it again.");
          show("stopped", `Stopped at ${percent()} %`);
        }
        tell(`${file.name}: ${part("words").textContent}. ${part("problem-words").textContent}`);
        next();
      },
    });
    card.upload = upload;

    card.begin = () => {
      part("signed-out").hidden = true;
      problem("");
      card.moved = Date.now();
      const announcing = card.state === "paused" && !upload.url;
      show("sending", `Arriving ${percent()} %`);
      if (!announcing) upload.start();
    };
    card.again = () => {
      upload.abort();
      card.begin();
    };
    part("pause").addEventListener("click", () => {
      const began = card.state !== "queued";
      if (upload.url || !began) upload.abort();
      show(began ? "paused" : "stopped", `Paused at ${percent()} %`);
      part("resume").focus();
      next();
    });
    part("resume").addEventListener("click", () => {
      card.begin();
      part("pause").focus();
    });
    const away = () => {
      cards.splice(cards.indexOf(card), 1);
      root.remove();
      look();
      next();
      input.focus();
    };
    part("cancel").addEventListener("click", () => {
      card.gone = true;
      if (upload.url || card.state === "queued") upload.abort(true).catch(() => {});
      away();
      tell(`${file.name} is not sent.`);
    });
    part("remove").addEventListener("click", away);

    list.append(root);
    cards.push(card);
    show("queued", "Waits for its turn");
    if (cards.some((other) => other !== card && other.state !== "refused" && fingerprint(other.file) === fingerprint(file))) {
      problem("This file is on the list already.");
      show("refused", "Not sent");
      return;
    }
    upload.findPreviousUploads().then((before) => {
      if (before.length) upload.resumeFromPreviousUpload(before[before.length - 1]);
      card.ready = true;
      next();
    });
  }

  function fingerprint(file) {
    return ["portal", document.body.dataset.who, area.dataset.endpoint, file.name, file.size, file.lastModified].join("|");
  }

  function next() {
    const sending = cards.filter((card) => ["sending", "dropped"].includes(card.state)).length;
    const waiting = cards.filter((card) => card.state === "queued" && card.ready);
    waiting.slice(0, Math.max(AT_ONCE - sending, 0)).forEach((card) => card.begin());
  }

  // ---- What else the page shows of it
  const onTheWay = () => cards.filter((card) => [...ON_THE_WAY, "paused", "stopped"].includes(card.state));

  function look() {
    const named = [...list.children].filter((root) => root.querySelector("[data-about]"));
    const common = form?.querySelector("#id_title")?.closest(".nhsuk-form-group");
    if (common) common.hidden = named.length > 0 && !common.querySelector(".nhsuk-error-message");
    const go = area.querySelector("[data-go]");
    if (go) go.hidden = !list.querySelector("input[name=kept_file]");
    const hold = area.querySelector("[data-hold]");
    if (hold && !onTheWay().length) hold.hidden = true;
  }

  form?.addEventListener("submit", (event) => {
    const token = form.querySelector("input[name=csrfmiddlewaretoken]");
    if (token) token.value = csrf();
    leaving = !onTheWay().length;
    if (leaving) return;
    event.preventDefault();
    const hold = area.querySelector("[data-hold]");
    hold.hidden = false;
    hold.scrollIntoView({ block: "nearest" });
    hold.focus();
  });

  // ---- Files that were begun before
  const unfinished = () => [...document.querySelectorAll("[data-unfinished]")];
  function done(row) {
    row.remove();
    const box = document.querySelector("[data-all-unfinished]");
    if (box && !unfinished().length) box.remove();
  }
  function forget(file, url) {
    for (const row of unfinished()) {
      if (url.endsWith(row.dataset.unfinished)) done(row);
      else if (row.dataset.file === file.name && Number(row.dataset.bytes) === file.size) {
        // Begun elsewhere: whether it is the same content cannot be told from here, so it came anew.
        ask("DELETE", row.dataset.unfinished).then(() => done(row), () => {});
      }
    }
  }
  for (const row of unfinished()) {
    const button = row.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const answer = await ask("DELETE", row.dataset.unfinished).catch(() => null);
      if (answer && (answer.ok || answer.status === 404)) {
        done(row);
        input.focus();
        tell(`${row.dataset.file} is no longer waited for.`);
      }
    });
  }

  // ---- Files that have arrived
  async function follow(root, token, wait = 1000) {
    if (leaving) return;
    const answer = await ask("GET", area.dataset.status.replace(NOBODY, token)).catch(() => null);
    if (leaving || !root.isConnected || (answer && !answer.ok)) return;
    if (answer) {
      const seen = await answer.json();
      root.querySelector("[data-words]").textContent = seen.words;
      root.querySelector("[data-problem]").hidden = !seen.problems;
      root.querySelector("[data-problem-words]").textContent = seen.problems;
      root.dataset.check = seen.state;
      if (!root.querySelector("[data-known]").childElementCount) known(root, seen.known);
      if (["quarantined", "unchecked"].includes(seen.state)) {
        root.querySelectorAll("[data-about], input[name=kept_file]").forEach((one) => one.remove());
        look();
      }
      if (seen.settled) return;
    }
    setTimeout(() => follow(root, token, Math.min(wait * 1.5, 15000)), wait);
  }

  function known(root, pieces) {
    const place = root.querySelector("[data-known]");
    for (const piece of pieces) {
      const line = area.querySelector("template[data-known-line]").content.firstElementChild.cloneNode(true);
      const link = line.querySelector("a");
      link.href = piece.url;
      link.textContent = `${piece.code} “${piece.title}”`;
      const button = line.querySelector("button");
      button.textContent = piece.used ? "Leave this file out" : `Use ${piece.code} for this element instead`;
      button.addEventListener("click", async () => {
        const said = new URLSearchParams({ evidence: piece.pk });
        const answer = piece.used ? { ok: true } : await ask("POST", area.dataset.use, said).catch(() => null);
        if (answer?.ok || answer?.type === "opaqueredirect") {
          root.querySelectorAll("[data-about], input[name=kept_file], [data-remove], [data-known]").forEach((one) => one.remove());
          root.querySelector("[data-words]").textContent = `${piece.code} supports this element. This file is left out.`;
          look();
        }
      });
      place.append(line);
    }
  }

  for (const root of list.querySelectorAll("[data-token]")) {
    const remove = root.querySelector("[data-remove]");
    remove.hidden = false;
    remove.addEventListener("click", () => {
      root.remove();
      look();
      input.focus();
    });
    follow(root, root.dataset.token);
  }

  // ---- Choosing and dropping
  input.multiple = true;
  area.querySelector("label").textContent = "Drop files here, or choose them";
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    files.forEach(add);
  });
  area.addEventListener("dragover", (event) => {
    event.preventDefault();
    area.classList.add("app-send--over");
  });
  area.addEventListener("dragleave", () => area.classList.remove("app-send--over"));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    area.classList.remove("app-send--over");
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    const folders = items.filter((item) => item.webkitGetAsEntry?.()?.isDirectory).length;
    items.filter((item) => !item.webkitGetAsEntry?.()?.isDirectory).forEach((item) => add(item.getAsFile()));
    area.querySelector("[data-folder]").hidden = !folders;
  });
  const photo = area.querySelector("[data-photo]");
  photo.hidden = false;
  photo.addEventListener("click", () => {
    const camera = Object.assign(document.createElement("input"), { type: "file", accept: "image/*" });
    camera.setAttribute("capture", "environment");
    camera.addEventListener("change", () => [...camera.files].forEach(add));
    camera.click();
  });

  // ---- Lines that drop, and pages that close
  window.addEventListener("online", () => cards.filter((card) => card.state === "dropped").forEach((card) => card.again()));
  setInterval(() => {
    const silent = cards.filter((card) => card.state === "sending" && Date.now() - card.moved > SILENT);
    silent.forEach((card) => card.again());
  }, 5000);
  window.addEventListener("beforeunload", (event) => {
    if (cards.some((card) => ON_THE_WAY.includes(card.state))) event.preventDefault();
  });
  look();
}

// A file that misses its place never replaces the page.
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (event.dataTransfer?.types.includes("Files") && !event.target.closest?.("input[type=file]")) event.preventDefault();
  });
}
document.querySelectorAll("[data-upload]").forEach(prepare);

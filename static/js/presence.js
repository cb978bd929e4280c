// Says that somebody is on this element, and shows which colleagues are: at once and three times a minute, while the page
// can be seen. Without a line or a session it stays quiet: autosave.js has the words for that.
const EVERY = 20000;
const place = document.querySelector("[data-presence]");

async function giveASign() {
  if (document.hidden) return;
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
  try {
    const answer = await fetch(place.dataset.presence, {
      method: "POST",
      headers: { "X-CSRFToken": token || "", "X-Presence": "1" },
      redirect: "manual",
      signal: AbortSignal.timeout(EVERY),
    });
    if (!answer.ok) return;
    const words = (await answer.text()).trim();
    // Only what has changed is read out.
    if (words !== place.dataset.shown) place.innerHTML = words;
    place.dataset.shown = words;
  } catch {
    /* no line: somebody who cannot be asked about is left as last seen */
  }
}

if (place) {
  giveASign();
  setInterval(giveASign, EVERY);
  document.addEventListener("visibilitychange", giveASign);
}

// Opens evidence beside the text on a wide screen, so that nobody leaves what they are writing: the part of the page's
// own address that shows it. Elsewhere, and without JavaScript, the link opens that address by itself.
// The arrow keys turn pages while the viewer has the focus; Escape closes it and goes back to the link.
const wide = matchMedia("(min-width: 61.875em)");
const viewer = document.getElementById("evidence-viewer");
let opener = null;

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close]");
  if (close && viewer?.contains(close)) return shut();
  const turn = event.target.closest("a[data-turn]");
  if (viewer?.contains(turn) && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    return window.htmx.ajax("GET", turn.href, { target: "#evidence-page", select: "#evidence-page", swap: "outerHTML" });
  }
  const link = event.target.closest("a[data-view]");
  if (!link || !viewer || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  opener = link;
  viewer.hidden = false;
  window.htmx
    .ajax("GET", link.href, { target: "#evidence-viewer", select: "#evidence-page", swap: "innerHTML" })
    .then(() => viewer.scrollIntoView({ block: "nearest" }));
});

// A page that came in takes the focus, so that the keys go on working and a screen reader reads where it is.
document.addEventListener("htmx:afterSwap", () => {
  const page = document.getElementById("evidence-page");
  if (!page || (!viewer?.contains(page) && viewer)) return;
  const close = page.querySelector("[data-close]");
  if (viewer && close) close.hidden = false;
  page.focus({ preventScroll: true });
});

document.addEventListener("keydown", (event) => {
  const page = event.target.closest?.("#evidence-page");
  if (!page || event.altKey || event.ctrlKey || event.metaKey) return;
  const turn = { ArrowLeft: "previous", ArrowRight: "next" }[event.key];
  if (turn) page.querySelector(`[data-turn="${turn}"]`)?.click();
  if (event.key === "Escape" && viewer) shut();
});

function shut() {
  viewer.hidden = true;
  viewer.replaceChildren();
  opener?.focus();
}

// Opens evidence beside the text on a wide screen, so that nobody leaves what they are writing. Elsewhere, and without
// JavaScript, the link opens the file by itself.
const viewer = document.getElementById("evidence-viewer");
const wide = matchMedia("(min-width: 61.875em)");

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-view]");
  if (!link || !viewer || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  viewer.hidden = false;
  viewer.querySelector("[data-viewed]").textContent = link.dataset.view;
  const frame = viewer.querySelector("iframe");
  frame.title = `Evidence ${link.dataset.view}`;
  frame.src = link.href;
  viewer.scrollIntoView({ block: "nearest" });
  viewer.opener = link;
});

viewer?.querySelector("[data-close]").addEventListener("click", () => {
  viewer.hidden = true;
  viewer.querySelector("iframe").removeAttribute("src");
  viewer.opener?.focus();
});

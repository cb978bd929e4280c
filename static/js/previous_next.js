// Alt+[ and Alt+] follow the links rel="prev" and rel="next" inside [data-previous-next], never while somebody types.
// With Alt, because a shortcut of one bare character gets in the way of speech input (WCAG 2.1.4), and Alt with an arrow
// is the browser's own way back.
const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
const LINKS = { BracketLeft: "prev", BracketRight: "next" };

document.addEventListener("keydown", (event) => {
  const rel = LINKS[event.code];
  if (!rel || !event.altKey || event.ctrlKey || event.metaKey || event.target.closest?.(TYPING)) return;
  const link = document.querySelector(`[data-previous-next] a[rel="${rel}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});

// A form is sent once: its buttons rest after the first press, until the page is shown again.
const resting = new Set();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post" || "again" in form.dataset) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  resting.add(form);
  // After the browser has read the form: a disabled button's own name and value would not be sent.
  setTimeout(() => {
    for (const button of form.querySelectorAll("button:not([type=button]), input[type=submit]")) {
      button.setAttribute("aria-disabled", "true");
    }
  });
});

function wake() {
  for (const form of resting) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled=true]")) button.removeAttribute("aria-disabled");
  }
  resting.clear();
}

window.addEventListener("pageshow", wake);
// A download answers without leaving the page, and a lost connection leaves the form where it was.
window.addEventListener("online", wake);
document.addEventListener("submit", () => setTimeout(wake, 10000));

// Starts the NHS components, in the page and in whatever htmx puts into it. The file upload stays the browser's own,
// which takes dropped files too: the NHS button around it has a name that speech input cannot say (WCAG 2.5.3).
import {
  Button, CharacterCount, Checkboxes, ErrorSummary, Header, NotificationBanner, PasswordInput, Radios, SkipLink, Tabs, createAll,
} from "../vendor/nhsuk-frontend-10.6.1/nhsuk-frontend.min.js";

const COMPONENTS = [Button, CharacterCount, Checkboxes, ErrorSummary, Header, NotificationBanner, PasswordInput, Radios, SkipLink, Tabs];

function start(scope) {
  for (const Component of COMPONENTS) {
    // Only what has not been started: htmx may hand over a part of the page twice.
    const fresh = [...scope.querySelectorAll(`[data-module="${Component.moduleName}"]`)].some(
      (element) => !element.hasAttribute(`data-${Component.moduleName}-init`),
    );
    if (fresh) createAll(Component, undefined, { scope, onError: () => {} });
  }
}

start(document);

document.addEventListener("htmx:load", (event) => {
  // What was put in may itself be a component, so the search begins one level above it.
  if (event.target !== document.body) start(event.target.parentElement || event.target);
});

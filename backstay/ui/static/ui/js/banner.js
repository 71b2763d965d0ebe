// A fixed banner when the server fails or cannot be reached; it goes with the next answer.
import { word } from "./words.js";

const banner = document.querySelector("[data-banner]");

function show(text) {
  banner.textContent = text;
  banner.hidden = false;
}

document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status >= 500) show(word("failed"));
});
document.addEventListener("htmx:sendError", () => show(word("offline")));
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) banner.hidden = true;
});
addEventListener("offline", () => show(word("offline")));
addEventListener("online", () => { banner.hidden = true; });

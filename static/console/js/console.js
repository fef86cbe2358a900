/* What the console's pages need beyond HTML. No page depends on it to work. */
"use strict";

htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;

const dateStyle = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/* Times are stored and sent in UTC; a person reads them in their own zone. */
function localiseTimes(root) {
  root.querySelectorAll("time[data-local]").forEach((element) => {
    const moment = new Date(element.dateTime);
    if (Number.isNaN(moment.getTime())) return;
    element.title = element.dateTime;
    element.textContent = dateStyle.format(moment);
    element.removeAttribute("data-local");
  });
}

/* Menus close when attention goes elsewhere; Escape gives the focus back. */
function closeMenus(except) {
  document.querySelectorAll("details.ec-picker[open]").forEach((menu) => {
    if (menu !== except) menu.open = false;
  });
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.ec-picker")));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest && event.target.closest("details.ec-picker[open]");
  closeMenus(null);
  if (menu) menu.querySelector("summary").focus();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  navigator.clipboard.writeText(source.textContent.trim()).then(() => {
    button.textContent = button.dataset.copied;
  });
});

/* Puts a text where somebody is writing, such as the handle of a person into a comment. */
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  const field = document.getElementById(button.dataset.insert);
  const before = field.value.slice(0, field.selectionStart);
  const gap = before === "" || /\s$/.test(before) ? "" : " ";
  field.focus();
  field.setRangeText(gap + button.dataset.text, field.selectionStart, field.selectionEnd, "end");
});

/* Who types another value means it. */
document.addEventListener("input", (event) => {
  const other = event.target.closest(".ec-other");
  if (other && event.target.type !== "radio") other.querySelector("input[type=radio]").checked = true;
});

/* A form is sent once. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => form.removeAttribute("data-sent"));
});

/* Unfold's own controls are mouse-only spans; this lets the keyboard press them. */
function reachByKeyboard(root) {
  root.querySelectorAll("span.material-symbols-outlined.cursor-pointer, a.cursor-pointer:not([href]), div.cursor-pointer").forEach((element) => {
    if (element.hasAttribute("tabindex") || element.closest("a[href], button, summary, label")) return;
    element.tabIndex = 0;
    element.setAttribute("role", "button");
    const glyph = element.textContent.trim();
    if (!element.hasAttribute("aria-label") && /^[a-z_]+$/.test(glyph)) {
      element.setAttribute("aria-label", glyph.replaceAll("_", " "));
    }
    element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        element.click();
      }
    });
  });
}

document.addEventListener("DOMContentLoaded", () => {
  localiseTimes(document);
  reachByKeyboard(document);
});

document.addEventListener("htmx:afterSettle", (event) => localiseTimes(event.target));

"use strict";

const reader = document.getElementById("reader");
const fonts = { fontFamily: "system-ui, sans-serif", headings: { fontFamily: "system-ui, sans-serif" } };

// Redoc's credit shows a picture from another host; no request may leave this one.
const isForeign = (address) => {
  const url = new URL(address, location.href);
  return url.protocol !== "data:" && url.origin !== location.origin;
};
HTMLImageElement.prototype.setAttribute = function (name, value) {
  if (name !== "src" || !isForeign(value)) {
    Element.prototype.setAttribute.call(this, name, value);
  }
};
Object.defineProperty(HTMLImageElement.prototype, "src", {
  get() { return this.getAttribute("src") || ""; },
  set(value) { this.setAttribute("src", value); },
});

Redoc.init(reader.dataset.document, { hideLoading: true, theme: { typography: fonts } }, reader);

// What scripts write into the page, in the page's language; base.html hands it over.
const words = JSON.parse(document.querySelector('meta[name="bs-words"]').content);

export const word = (name, value = "") => words[name].replace("{}", value);

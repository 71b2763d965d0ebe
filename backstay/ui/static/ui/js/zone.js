// zone
// A stranger's time zone: told to the server by a cookie, once, unless they have chosen another.
const NAME = "backstay_timezone";
const YEAR = 365 * 24 * 3600;

const known = () => document.cookie.split("; ").some((part) => part.startsWith(`${NAME}=`));

if (!known()) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) {
    document.cookie = `${NAME}=${zone}; path=/; max-age=${YEAR}; samesite=lax`;
    addEventListener("load", () => document.querySelectorAll("[data-zone]").forEach((region) => {
      if (region.dataset.zone !== zone) region.dispatchEvent(new CustomEvent("zone"));
    }));
  }
}

/**
 * The page of a delivery keeps itself up to date while somebody looks at it: once a minute it fetches itself quietly and
 * shows what has changed. It stops when nothing more is to be expected. Without this script one reloads.
 */

const EVERY_MS = 60_000;
const CONTROLS = "a[href], button, summary, input, select, textarea";

let askedAt = Date.now();
let asking = false;

/** @returns {HTMLElement} What is renewed; the server marks it as long as anything may still happen. */
const shown = () => /** @type {HTMLElement} */ (document.querySelector("main"));

const isOver = () => !("renewed" in shown().dataset);

/** Ask once for the page as it is now. What goes wrong on the way is left for the next time. */
async function renew() {
  if (asking || document.hidden || isOver()) {
    return;
  }
  asking = true;
  askedAt = Date.now();
  try {
    const answer = await fetch(location.href, { cache: "no-store", credentials: "omit", redirect: "error" });
    if (answer.ok) {
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
  } catch {
    // Away for a moment: what is shown stays.
  } finally {
    asking = false;
  }
}

/** @param {Document} fresh */
function show(fresh) {
  const main = fresh.querySelector("main");
  if (!main || main.isEqualNode(shown())) {
    return;
  }
  const before = news(shown());
  const place = focusIn(shown());
  shown().replaceWith(document.adoptNode(main));
  document.title = fresh.title;
  restore(place);
  tell(before, news(shown()));
}

/**
 * Where the focus is: the control's address or name, and its number for when that has changed.
 * @typedef {{ href: string | null, number: number }} Place
 * @param {HTMLElement} main
 * @returns {Place | null}
 */
function focusIn(main) {
  const focused = document.activeElement;
  if (!focused || !main.contains(focused)) {
    return null;
  }
  return { href: focused.getAttribute("href"), number: [...main.querySelectorAll(CONTROLS)].indexOf(focused) };
}

/** @param {Place | null} place */
function restore(place) {
  if (!place) {
    return;
  }
  const controls = /** @type {HTMLElement[]} */ ([...shown().querySelectorAll(CONTROLS)]);
  const same = place.href && controls.find((control) => control.getAttribute("href") === place.href);
  (same || controls[Math.min(place.number, controls.length - 1)])?.focus({ preventScroll: true });
}

/**
 * What is worth saying aloud when it changes: where the order stands, when it comes, whether the promise holds.
 * @param {HTMLElement} main
 */
const news = (main) =>
  [...main.querySelectorAll("h1, .lead, .promise .when, .promise .ready, .holds")].map(
    (said) => said.textContent?.replace(/\s+/g, " ").trim() ?? "",
  );

/**
 * @param {string[]} before
 * @param {string[]} after
 */
function tell(before, after) {
  const fresh = after.filter((said) => !before.includes(said));
  const place = document.getElementById("news");
  if (fresh.length > 0 && place) {
    place.textContent = fresh.join(" ");
  }
}

const every = setInterval(() => (isOver() ? clearInterval(every) : renew()), EVERY_MS);
document.addEventListener("visibilitychange", () => {
  if (Date.now() - askedAt >= EVERY_MS) {
    renew();
  }
});

export {};

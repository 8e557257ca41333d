// The fragment once it stands in the shadow root: what is checked, what it says, and the keys that native radios lack.

const RADIOS = "input[type=radio]";

/** A fragment as the service sent it. Throws when it is none. @param {string} html */
export function pickerFrom(html) {
  const template = document.createElement("template");
  template.innerHTML = /** @type {string} */ (trusted(html));
  const root = template.content.querySelector("[data-offer]");
  if (!(root instanceof HTMLElement)) throw new Error("not a picker");
  return new Picker(root);
}

export class Picker {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.timer = /** @type {HTMLElement | null} */ (root.querySelector(".timer"));
    this.keep = /** @type {HTMLButtonElement | null} */ (root.querySelector(".keep"));
    root.addEventListener("toggle", (event) => this.#keepInSight(event.target), true);
    root.addEventListener("keydown", (event) => this.#tab(event));
  }

  get data() {
    return this.root.dataset;
  }

  get first() {
    return /** @type {HTMLInputElement | null} */ (this.root.querySelector(RADIOS));
  }

  get checked() {
    return /** @type {HTMLInputElement | null} */ (this.root.querySelector(`${RADIOS}:checked`));
  }

  /** Words for a problem's code, if the shopper can do something with it. @param {string} code */
  note(code) {
    return this.root.getAttribute(`data-problem-${code}`);
  }

  /**
   * What stands on the option's element.
   * @param {string} id
   */
  option(id) {
    const found = [...this.root.querySelectorAll("[data-option]")].find((each) => each.getAttribute("data-option") === id);
    const { type, fee, currency } = found instanceof HTMLElement ? found.dataset : /** @type {DOMStringMap} */ ({});
    return { id, type, fee: { amount: Number(fee), currency } };
  }

  /** @param {boolean} disabled */
  disable(disabled) {
    this.root.querySelector("fieldset")?.toggleAttribute("disabled", disabled);
  }

  uncheck() {
    if (this.checked) this.checked.checked = false;
  }

  /** @param {string} text empty hides the whole line @param {boolean} extendable */
  showTime(text, extendable) {
    if (!this.timer || !this.keep) return;
    this.timer.textContent = text;
    this.timer.parentElement?.toggleAttribute("hidden", !text);
    if (!extendable && this.keep.matches(":focus")) (this.checked || this.first)?.focus();
    this.keep.hidden = !extendable;
  }

  /** Where the focus is, so that the next picker can put it in the same place. @returns {string | null} */
  focusedPlace() {
    const focused = this.root.querySelector(":focus");
    if (!focused) return null;
    const day = focused.closest(".day")?.querySelector("time")?.dateTime;
    return day || focused.closest("[data-section]")?.getAttribute("data-section") || "";
  }

  /** @param {string} place */
  focus(place = "") {
    const day = place && this.root.querySelector(`.day:has(time[datetime="${place}"])`);
    day && day.setAttribute("open", "");
    const part = day || this.root.querySelector(`[data-section="${place}"]`) || this.root;
    const target = part.querySelector(`${RADIOS}:checked`) || this.checked || part.querySelector(RADIOS);
    target instanceof HTMLElement && target.focus();
  }

  /**
   * Whoever holds the choice stays open: a checked radio that is hidden takes the whole group out of the tab order.
   * @param {EventTarget | null} details
   */
  #keepInSight(details) {
    if (details instanceof HTMLDetailsElement && !details.open && details.querySelector(`${RADIOS}:checked`)) {
      details.open = true;
    }
  }

  /** Show a radio that the arrow keys reached in a closed part (some browsers do that). @param {Element} radio */
  reveal(radio) {
    for (let part = radio.closest("details"); part; part = part.parentElement?.closest("details") ?? null) part.open = true;
  }

  /**
   * One radio group has one tab stop. Across fourteen days that is too few: from a heading, Tab goes to what follows it,
   * even if that is a radio that is not checked.
   * @param {KeyboardEvent} event
   */
  #tab(event) {
    const from = event.target;
    if (event.key !== "Tab" || event.altKey || event.ctrlKey || event.metaKey) return;
    if (!(from instanceof HTMLElement) || from.matches(RADIOS)) return;
    const stops = [...this.root.querySelectorAll("summary, input, button")].filter(isReachable);
    const next = stops[stops.indexOf(from) + (event.shiftKey ? -1 : 1)];
    if (!next?.matches(RADIOS)) return;
    const group = next.closest("fieldset")?.querySelector(`${RADIOS}:checked`);
    const target = next.closest(".centre") ? next : group || next;
    event.preventDefault();
    /** @type {HTMLElement} */ (target).focus();
  }
}

/** Whether a control is neither disabled nor folded away. @param {Element} control */
function isReachable(control) {
  const within = control.matches("summary") ? control.parentElement : control;
  return !control.matches(":disabled, [hidden], [hidden] *") && !within?.parentElement?.closest("details:not([open])");
}

/** @type {{createHTML(html: string): unknown} | undefined} */
let policy;

/** Pages that demand Trusted Types allow the policy "stoep". @param {string} html */
function trusted(html) {
  const types = /** @type {any} */ (globalThis).trustedTypes;
  if (!types) return html;
  policy ??= types.createPolicy("stoep", { createHTML: (/** @type {string} */ text) => text });
  return policy?.createHTML(html);
}

/** What stands in the shadow root around the picker: the shop's own words, and the lines that are read out. */
export class View {
  // Both lines outlive the picker: a live region that comes together with its text is not always read.
  #alert = line("alert", "alert");
  #status = line("status", "unseen");
  #picker = document.createElement("div");
  #fallback = document.createElement("div");

  /** @param {ShadowRoot} root */
  constructor(root) {
    this.root = root;
    this.#fallback.append(document.createElement("slot"));
    root.append(this.#alert, this.#picker, this.#status, this.#fallback);
  }

  /** @param {HTMLElement} picker @param {CSSStyleSheet | null} sheet */
  show(picker, sheet) {
    const look = new CSSStyleSheet();
    look.replaceSync(`:host{${picker.dataset.look ?? ""}}`);
    if (sheet) this.root.adoptedStyleSheets = [sheet, look];
    this.#draw(picker);
    for (const live of [this.#alert, this.#status]) {
      live.lang = picker.lang;
      live.dir = picker.dir;
    }
  }

  fallBack() {
    this.#draw();
    this.alert("");
    this.say("");
  }

  /** @param {HTMLElement[]} picker */
  #draw(...picker) {
    this.#picker.replaceChildren(...picker);
    this.#picker.removeAttribute("aria-busy");
    this.#fallback.hidden = picker.length > 0;
  }

  /** Until there is a picker or a fallback again. */
  wait() {
    this.#picker.setAttribute("aria-busy", "true");
  }

  /** Said at once. @param {string} text */
  alert(text) {
    this.#alert.textContent = text;
  }

  /** Said when there is a pause. @param {string} text */
  say(text) {
    this.#status.textContent = text;
  }
}

/** @param {string} role @param {string} look */
function line(role, look) {
  const made = document.createElement("p");
  made.setAttribute("role", role);
  made.setAttribute("part", role);
  made.className = look;
  return made;
}

// What stands in the shadow root around the picker: the shop's own words, and the lines that are read out.

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
    if (sheet) this.root.adoptedStyleSheets = [sheet];
    this.#picker.replaceChildren(picker);
    for (const live of [this.#alert, this.#status]) {
      live.lang = picker.lang;
      live.dir = picker.dir;
    }
    this.#fallback.hidden = true;
  }

  fallBack() {
    this.#picker.replaceChildren();
    this.alert("");
    this.say("");
    this.#fallback.hidden = false;
  }

  /** @param {boolean} busy */
  busy(busy) {
    this.#picker.toggleAttribute("data-busy", busy);
    this.#picker.setAttribute("aria-busy", String(busy));
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

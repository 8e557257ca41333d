// <stoep-delivery>: the picker in a shop's checkout, a form control whose value is the signed choice.
import { FormControl, tell, tellError } from "./control.js";
import { Countdown, HoldQueue, clock } from "./holds.js";
import { View, pickerFrom } from "./picker.js";
import { QUESTION, questionOf } from "./question.js";
import { Problem, address, call, parsed, styles } from "./service.js";

/** @typedef {import("./holds.js").Hold} Hold */

const [TYPING_MS, SETTLE_MS, WARN_SECONDS] = [250, 350, 120];

export class StoepDelivery extends FormControl {
  static observedAttributes = [...QUESTION, "required"];

  #view = new View(this.attachShadow({ mode: "open" }));
  #countdown = new Countdown();
  #queue = new HoldQueue(
    (option) => this.#take(option),
    (option, hold) => this.#accept(option, hold),
    (error) => this.#refused(error),
  );
  /** @type {object | undefined} */
  #basket;
  /** @type {Hold | null} */
  #hold = null;
  /** @type {import("./picker.js").Picker | null} */
  #picker = null;
  #byArrow = false;
  #disabled = false;
  #stop = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  connectedCallback() {
    this.#schedule(0);
  }

  disconnectedCallback() {
    // The hold stays: the form may be on its way. The service frees it when its time is over.
    this.#halt();
  }

  /** @param {string} name @param {string | null} before @param {string | null} after */
  attributeChangedCallback(name, before, after) {
    if (before === after) return;
    if (name === "required") this.#validate();
    else this.#schedule(TYPING_MS);
  }

  formResetCallback() {
    const hold = this.#hold?.hold;
    this.#queue.clear();
    this.#picker?.uncheck();
    this.#clear();
    if (hold) fetch(address(this, `holds/${hold}`), { method: "DELETE", credentials: "omit" }).catch(() => {});
  }

  /** @param {boolean} disabled */
  formDisabledCallback(disabled) {
    this.#disabled = disabled;
    this.#picker?.disable(disabled);
  }

  /** The basket: what the property was given, else the attribute's JSON. */
  get basket() {
    try {
      return this.#basket ?? JSON.parse(this.getAttribute("basket") || "null");
    } catch {
      return null;
    }
  }

  set basket(basket) {
    this.#basket = typeof basket === "string" ? JSON.parse(basket) : (basket ?? undefined);
    this.#schedule(TYPING_MS);
  }

  /** The signed choice, or null while there is none. */
  get choice() {
    return this.#hold?.choice ?? null;
  }

  focus() {
    if (this.#picker) this.#picker.focus();
    else super.focus();
  }

  /** @param {number} delay */
  #schedule(delay) {
    if (!this.isConnected) return;
    this.#halt();
    // What was chosen was chosen for another address or basket.
    this.#clear();
    this.#timer = setTimeout(() => this.#ask(), delay);
  }

  #halt() {
    clearTimeout(this.#timer);
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#queue.clear();
    this.#countdown.stop();
  }

  #ask() {
    try {
      const question = questionOf(this, this.basket);
      if (question) this.#load(question);
      else this.#fallBack();
    } catch (error) {
      this.#fallBack(error);
    }
  }

  /**
   * @param {object} question
   * @param {string} [message] why the picker is drawn anew; then nothing is taken that the shopper did not choose
   */
  async #load(question, message = "") {
    const { signal } = this.#stop;
    this.#view.wait();
    try {
      const [{ text, skew }, sheet] = await Promise.all([
        call(address(this, "fragments/choices"), signal, question),
        styles().catch(() => null), // plain, but usable
      ]);
      if (!signal.aborted) this.#show(text, skew, sheet, message);
    } catch (error) {
      if (!signal.aborted) this.#fallBack(error);
    }
  }

  /** @param {string} html @param {number} skew @param {CSSStyleSheet | null} sheet @param {string} message */
  #show(html, skew, sheet, message) {
    const place = this.#picker?.focusedPlace() ?? null;
    this.#queue.clear();
    const picker = (this.#picker = pickerFrom(html));
    this.#view.show(picker.root, sheet);
    picker.root.addEventListener("change", (event) => this.#chosen(event.target));
    picker.root.addEventListener("keydown", (event) => (this.#byArrow = event.key.startsWith("Arrow")));
    picker.root.addEventListener("pointerdown", () => (this.#byArrow = false));
    picker.keep?.addEventListener("click", () => this.#extend());
    picker.disable(this.#disabled);
    this.#view.alert(message);
    tell(this, "ready", { offer: picker.data.offer });
    this.#restore(picker, skew, !message);
    if (place !== null) picker.focus(place);
  }

  /**
   * What is checked in a fresh picker is held already, or preselected; the latter is then to be held.
   * @param {import("./picker.js").Picker} picker @param {number} skew @param {boolean} take
   */
  #restore(picker, skew, take) {
    const option = picker.checked?.value;
    const { hold, holdExpiresAt = "", extendableUntil = "", choice } = picker.data;
    if (option && hold && choice) {
      this.#accept(option, { hold, expires_at: holdExpiresAt, extendable_until: extendableUntil, choice, skew });
    } else if (option && take) {
      this.#want(option, 0);
    } else {
      picker.uncheck();
      this.#clear();
    }
  }

  /** @param {EventTarget | null} radio */
  #chosen(radio) {
    if (!(radio instanceof HTMLInputElement) || !radio.checked) return;
    this.#picker?.reveal(radio);
    this.#view.alert("");
    this.#want(radio.value, this.#byArrow ? SETTLE_MS : 0);
  }

  /** @param {string} option @param {number} settle */
  #want(option, settle) {
    this.#clear();
    this.#queue.want(option, settle);
    this.#view.say(this.#words("keeping"));
    this.#validate();
  }

  /** @param {string} option @returns {Promise<Hold>} */
  async #take(option) {
    const question = { shop: this.getAttribute("shop"), offer: this.#picker?.data.offer, option };
    const { text, skew } = await call(address(this, "holds"), this.#stop.signal, question);
    return { ...parsed(text), skew };
  }

  /** @param {string} option @param {Hold} hold */
  #accept(option, hold) {
    this.#view.say(this.#words("kept"));
    this.#keep(hold);
    const shown = this.#picker?.option(option);
    tell(this, "change", { option: { ...shown, ...hold.option }, fee: hold.option?.fee ?? shown?.fee, token: hold.choice });
  }

  /** @param {Hold} hold */
  #keep(hold) {
    this.#hold = hold;
    this.internals.setFormValue(hold.choice);
    this.#validate();
    const endsAt = Date.parse(hold.expires_at) - hold.skew;
    // Over before it began: this clock cannot be trusted. The service judges when the order comes.
    if (endsAt <= Date.now()) return;
    let warned = false;
    let said = 0;
    this.#countdown.start(endsAt, (seconds, isOver) => {
      this.#picker?.showTime(this.#words("remaining").replace("{time}", clock(seconds)), isExtendable(hold));
      if (isOver) return this.#expired();
      if (seconds <= WARN_SECONDS && !warned) {
        warned = true;
        tell(this, "expiring", { expires_at: hold.expires_at, seconds });
      }
      // Read out twice only, and a few seconds late at most: timers are slow in a page that is not looked at.
      const minutes = Math.ceil(seconds / 60);
      if (minutes <= 2 && minutes !== said && minutes * 60 - seconds < 3) {
        said = minutes;
        this.#view.say(this.#words(`minutes-${minutes}`));
      }
    });
  }

  async #extend() {
    const { signal } = this.#stop;
    const hold = this.#hold;
    if (!hold) return;
    try {
      const url = address(this, `holds/${hold.hold}/extend`);
      const { text, skew } = await call(url, signal, { shop: this.getAttribute("shop") });
      if (signal.aborted || this.#hold !== hold) return;
      this.#view.say(this.#words("kept"));
      this.#keep({ ...hold, ...parsed(text), skew });
    } catch (error) {
      if (signal.aborted || this.#hold !== hold) return;
      const code = error instanceof Problem ? error.code : "";
      if (code === "hold_expired" || code === "hold_not_found") this.#expired();
      else this.#view.alert(this.#picker?.note(code) || this.#words("failed"));
    }
  }

  #expired() {
    const message = this.#picker?.note("hold_expired") ?? "";
    this.#clear();
    tell(this, "expired", {});
    this.#again(undefined, message);
  }

  /** A hold was not to be had. @param {unknown} error */
  #refused(error) {
    if (!(error instanceof Problem && error.isRefusal)) return this.#fallBack(error);
    tellError(this, error);
    this.#again(error.offer, this.#picker?.note(error.code) || error.message || this.#words("failed"));
  }

  /** @param {string | undefined} offer a fresh one; without it the question is asked again @param {string} message */
  #again(offer, message) {
    const question = offer ? { shop: this.getAttribute("shop"), offer } : questionOf(this, this.basket);
    if (question) this.#load(question, message);
  }

  /** Whoever sees a picker chooses, and waits until the place is kept. In fallback the form can always be sent. */
  #validate() {
    const anchor = this.#picker?.first;
    const { isWorking } = this.#queue;
    if (!anchor || this.#hold || !(isWorking || this.hasAttribute("required"))) return this.internals.setValidity({});
    const [flag, words] = isWorking ? ["customError", "keeping"] : ["valueMissing", "required"];
    this.internals.setValidity({ [flag]: true }, this.#words(words), anchor);
  }

  /** @param {string} key */
  #words(key) {
    return this.#picker?.root.getAttribute(`data-text-${key}`) ?? "";
  }

  /** No choice any more. */
  #clear() {
    const had = this.#hold;
    this.#hold = null;
    this.#countdown.stop();
    this.#picker?.showTime("", false);
    this.internals.setFormValue(null);
    this.#validate();
    if (had) tell(this, "change", { option: null, fee: null, token: null });
  }

  /** The shop's own words come back, and the form can be sent. @param {unknown} [error] */
  #fallBack(error) {
    this.#picker = null;
    this.#queue.clear();
    this.#clear();
    this.#view.fallBack();
    if (error !== undefined) tellError(this, error);
  }
}

/** @param {Hold} hold */
function isExtendable(hold) {
  return Date.parse(hold.extendable_until) - Date.parse(hold.expires_at) >= 1000;
}

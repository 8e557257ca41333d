// What a form control of the platform has, for an element that is one, and how elements speak to the page.
import { Problem } from "./service.js";

export class FormControl extends HTMLElement {
  static formAssociated = true;

  /** @protected */
  internals = this.attachInternals();

  /** @returns {string | null} */
  get choice() {
    return null;
  }

  get value() {
    return this.choice ?? "";
  }

  get form() {
    return this.internals.form;
  }

  get name() {
    return this.getAttribute("name") ?? "";
  }

  get type() {
    return this.localName;
  }

  get validity() {
    return this.internals.validity;
  }

  get validationMessage() {
    return this.internals.validationMessage;
  }

  get willValidate() {
    return this.internals.willValidate;
  }

  checkValidity() {
    return this.internals.checkValidity();
  }

  reportValidity() {
    return this.internals.reportValidity();
  }
}

/**
 * The elements speak to the page by bubbling, composed events.
 * @param {Element} element @param {string} name @param {object} detail
 */
export function tell(element, name, detail) {
  element.dispatchEvent(new CustomEvent(`stoep:${name}`, { bubbles: true, composed: true, detail }));
}

/**
 * Something went wrong; the page may want to know, the shopper need not.
 * @param {Element} element @param {unknown} error
 */
export function tellError(element, error) {
  const code = error instanceof Problem ? error.code : "unreachable";
  tell(element, "error", { code, message: String(error) });
}

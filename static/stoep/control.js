// What a form control of the platform has, for an element that is one.

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

  /** @protected @param {string} name @param {object} detail */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`stoep:${name}`, { bubbles: true, composed: true, detail }));
  }
}

/** Signing with a finger, a pen or a mouse. Whoever cannot types the name: the field for it is there without a script as well. */

const WIDTH = 320;
const HEIGHT = 120;
const LEAST_STEP = 2;
const LONGEST = 12000;
const SVG = "http://www.w3.org/2000/svg";

/** @param {HTMLElement} box with a template for what only a script can do @returns {void} */
export function letSign(box) {
  const template = box.querySelector("template");
  const field = box.querySelector("input[name=signature]");
  if (!(template instanceof HTMLTemplateElement) || !(field instanceof HTMLInputElement)) return;
  template.replaceWith(template.content.cloneNode(true));
  const pad = box.querySelector("svg");
  const clear = box.querySelector("button");
  if (!pad || !clear) return;
  const line = document.createElementNS(SVG, "path");
  pad.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  pad.append(line);
  draw(pad, line, field);
  clear.addEventListener("click", () => {
    field.value = "";
    line.setAttribute("d", "");
  });
}

/** @param {SVGSVGElement} pad @param {SVGPathElement} line @param {HTMLInputElement} field */
function draw(pad, line, field) {
  /** @type {[number, number] | null} */
  let last = null;

  /** @param {PointerEvent} event @returns {[number, number]} */
  const place = (event) => {
    const { left, top, width, height } = pad.getBoundingClientRect();
    const x = Math.round(((event.clientX - left) / width) * WIDTH);
    const y = Math.round(((event.clientY - top) / height) * HEIGHT);
    return [Math.min(Math.max(x, 0), WIDTH), Math.min(Math.max(y, 0), HEIGHT)];
  };

  /** @param {string} command @param {[number, number]} at */
  const to = (command, at) => {
    const longer = `${field.value}${command}${at[0]} ${at[1]}`;
    if (longer.length > LONGEST) return;
    last = at;
    field.value = longer;
    line.setAttribute("d", longer);
  };

  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    to("M", place(event));
  });
  pad.addEventListener("pointermove", (event) => {
    if (!last) return;
    const at = place(event);
    if (Math.hypot(at[0] - last[0], at[1] - last[1]) >= LEAST_STEP) to("L", at);
  });
  const lift = () => {
    last = null;
  };
  pad.addEventListener("pointerup", lift);
  pad.addEventListener("pointercancel", lift);
}

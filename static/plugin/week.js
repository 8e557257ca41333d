// Draws a window in the picture of a week: the form to add it opens with its weekday and hours filled in.

const HOUR = 24;
const DAY = 110;
const QUARTER = HOUR / 4;

/** @param {SVGSVGElement} week @param {PointerEvent} event */
function place(week, event) {
  const matrix = week.getScreenCTM();
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix?.inverse());
  return { x: point.x, y: Math.round(point.y / QUARTER) * QUARTER };
}

/** @param {number} y @param {number} first */
function clock(y, first) {
  const minutes = Math.round(((y / HOUR) + first) * 60) % (24 * 60);
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** @param {SVGSVGElement} week */
function makeDrawable(week) {
  const first = parseInt(week.dataset.first ?? "0", 10);
  /** @type {SVGRectElement | null} */
  let drawn = null;
  let from = 0;

  week.addEventListener("pointerdown", (event) => {
    const { x, y } = place(week, event);
    const isFree = event.target instanceof Element && !event.target.closest("a");
    if (event.button !== 0 || event.pointerType === "touch" || !isFree || x < 0 || x >= 7 * DAY || y < 0) return;
    event.preventDefault();
    from = y;
    drawn = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    drawn.classList.add("drawn");
    drawn.setAttribute("x", String(Math.floor(x / DAY) * DAY + 2));
    drawn.setAttribute("width", String(DAY - 4));
    week.append(drawn);
    week.setPointerCapture(event.pointerId);
  });

  week.addEventListener("pointermove", (event) => {
    if (!drawn) return;
    const { y } = place(week, event);
    drawn.setAttribute("y", String(Math.min(from, y)));
    drawn.setAttribute("height", String(Math.abs(y - from)));
  });

  week.addEventListener("pointerup", () => {
    if (!drawn) return;
    const top = Number(drawn.getAttribute("y"));
    const height = Number(drawn.getAttribute("height"));
    const weekday = Math.floor(Number(drawn.getAttribute("x")) / DAY) + 1;
    if (height < 2 * QUARTER) {
      drawn.remove();
    } else {
      const asked = new URLSearchParams({
        zone_id: week.dataset.zone ?? "",
        weekday: String(weekday),
        start_time: clock(top, first),
        end_time: clock(top + height, first),
      });
      location.assign(`${week.dataset.add}?${asked}`);
    }
    drawn = null;
  });
}

for (const week of document.querySelectorAll("svg.week")) {
  if (week instanceof SVGSVGElement) makeDrawable(week);
}
for (const help of document.querySelectorAll(".drawing")) help.removeAttribute("hidden");

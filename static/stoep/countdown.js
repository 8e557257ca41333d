// Counts the seconds of a hold down, by the service's clock.

export class Countdown {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * Start, or start again. `tick` is called at once and then each second, with 0 at the end.
   * @param {number} endsAt ms, by our clock
   * @param {(seconds: number) => void} tick
   */
  start(endsAt, tick) {
    this.stop();
    const left = Math.max(0, endsAt - Date.now());
    const seconds = Math.ceil(left / 1000);
    // Set before the call: `tick` may stop us. To the next full second, so that none is skipped.
    if (seconds > 0) this.#timer = setTimeout(() => this.start(endsAt, tick), left % 1000 || 1000);
    tick(seconds);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/**
 * "9:59", "1:00:00"
 * @param {number} seconds
 */
export function clock(seconds) {
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

// Holds: taken one after the other, and counted down.

/** @typedef {{hold: string, expires_at: string, extendable_until: string, choice: string, option?: any, skew: number}} Hold */

/**
 * Takes holds one after the other. A request that is under way is never taken back, because the service may act on it all
 * the same and after its successor; so the next one waits, and only the last wish is asked for: the last choice wins.
 */
export class HoldQueue {
  /** @type {string | undefined} */
  #wish;
  #busy = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #settling;

  /**
   * @param {(option: string) => Promise<Hold>} take
   * @param {(option: string, hold: Hold) => void} taken
   * @param {(error: unknown) => void} failed
   */
  constructor(take, taken, failed) {
    this.take = take;
    this.taken = taken;
    this.failed = failed;
  }

  /**
   * @param {string} option
   * @param {number} settle ms to wait for another wish: arrow keys run through options that nobody wants
   */
  want(option, settle) {
    this.#wish = option;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#settling = undefined;
      if (!this.#busy) this.#work();
    }, settle);
  }

  /** Whether a wish waits or is being asked for. */
  get isWorking() {
    return this.#wish !== undefined;
  }

  /** Forget wishes; an answer that is still to come is not reported. */
  clear() {
    this.#wish = undefined;
    clearTimeout(this.#settling);
    this.#settling = undefined;
  }

  async #work() {
    this.#busy = true;
    /** @type {() => void} */
    let report = () => {};
    while (this.#wish && !this.#settling) {
      const option = this.#wish;
      try {
        const hold = await this.take(option);
        report = () => this.taken(option, hold);
      } catch (error) {
        report = () => this.failed(error);
      }
      if (this.#wish === option) break;
      report = () => {};
    }
    this.#busy = false;
    if (this.#settling) return;
    this.#wish = undefined;
    report();
  }
}

/** Counts the seconds of a hold down. */
export class Countdown {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * Start, or start again. `tick` is called at once and then each second with the full seconds left, and at the end.
   * @param {number} endsAt ms, by our clock
   * @param {(seconds: number, isOver: boolean) => void} tick
   */
  start(endsAt, tick) {
    this.stop();
    const left = Math.max(0, endsAt - Date.now());
    // Set before the call: `tick` may stop us. To the next full second, so that none is skipped.
    if (left > 0) this.#timer = setTimeout(() => this.start(endsAt, tick), left % 1000 || 1000);
    tick(Math.floor(left / 1000), left === 0);
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

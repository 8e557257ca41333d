/** Reading a code with the camera, where the browser has a detector of its own; else there is only the field to type in. */

const LOOKED_FOR = ["qr_code", "code_128", "code_39", "ean_13", "data_matrix"];
const PAUSE_MS = 150;

/** @param {HTMLButtonElement} button @param {HTMLDialogElement} dialog @param {(text: string) => void} read */
export async function offerCamera(button, dialog, read) {
  const Detector = /** @type {any} */ (window).BarcodeDetector;
  if (!Detector || !navigator.mediaDevices?.getUserMedia) return;
  const known = await Detector.getSupportedFormats();
  const formats = LOOKED_FOR.filter((format) => known.includes(format));
  if (!formats.length) return;
  const detector = new Detector({ formats });
  button.hidden = false;
  button.addEventListener("click", () => look(detector, dialog, read));
}

/** @param {any} detector @param {HTMLDialogElement} dialog @param {(text: string) => void} read */
async function look(detector, dialog, read) {
  const video = dialog.querySelector("video");
  const fault = /** @type {HTMLElement | null} */ (dialog.querySelector("[data-fault]"));
  if (!video || !fault) return;
  fault.hidden = true;
  dialog.showModal();
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    fault.hidden = false;
    return;
  }
  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  dialog.addEventListener("close", stop, { once: true });
  if (!dialog.open) return stop();
  video.srcObject = stream;
  await video.play();
  const found = await firstCode(detector, video, dialog);
  if (!found) return;
  dialog.close();
  read(found);
}

/** @param {any} detector @param {HTMLVideoElement} video @param {HTMLDialogElement} dialog @returns {Promise<string>} */
async function firstCode(detector, video, dialog) {
  while (dialog.open) {
    const [code] = await detector.detect(video).catch(() => []);
    if (code?.rawValue) return code.rawValue.trim();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return "";
}

/**
 * Reads QR codes, on a thread of its own: it is sent an `ImageBitmap` and answers `{ value }`, with null where no code is
 * in sight, or `{ error }`.
 *
 * The browser reads them itself where it can; elsewhere zxing-cpp does, compiled to WebAssembly, which is fetched only
 * then.
 */
"use strict";

const ZXING = new URL("zxing-3.1.4/", self.location.href);

/** What reads a picture. Made with the first one. */
let reader;

self.onmessage = async ({ data: picture }) => {
  try {
    reader ??= makeReader();
    const read = await reader;
    self.postMessage({ value: await read(picture) });
  } catch (error) {
    // The next picture may fare better: a file that did not come is asked for again.
    reader = undefined;
    self.postMessage({ error: String(error) });
  } finally {
    picture.close();
  }
};

async function makeReader() {
  const formats = (await self.BarcodeDetector?.getSupportedFormats?.()) ?? [];
  return formats.includes("qr_code") ? browsersReader() : zxingReader();
}

function browsersReader() {
  const detector = new self.BarcodeDetector({ formats: ["qr_code"] });
  return async (picture) => {
    const [code] = await detector.detect(picture);
    return code?.rawValue || null;
  };
}

async function zxingReader() {
  importScripts(new URL("reader.js", ZXING).href);
  await ZXingWASM.prepareZXingModule({
    overrides: { locateFile: (file) => new URL(file, ZXING).href },
    fireImmediately: true,
  });
  const options = { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 };
  return async (picture) => {
    const [code] = await ZXingWASM.readBarcodes(pixelsOf(picture), options);
    return code ? textOf(code) : null;
  };
}

let canvas;

function pixelsOf(picture) {
  const { width, height } = picture;
  canvas ??= new OffscreenCanvas(width, height);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0);
  return context.getImageData(0, 0, width, height);
}

/** Ours are UTF-8; what is not, is read as the reader takes it. */
function textOf(code) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(code.bytes);
  } catch {
    return code.text;
  }
}

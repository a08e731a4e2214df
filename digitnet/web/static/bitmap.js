// A canvas as a grey Windows bitmap. A browser makes PNGs when it is idle, and that is too
// late for an answer while the hand still moves; this takes a millisecond or two.

const HEADER = 14 + 40 + 256 * 4;

export function greyBitmap({ data, width, height }) {
  const row = Math.ceil(width / 4) * 4;
  const bytes = new Uint8Array(HEADER + row * height);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x424d); // "BM"
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, HEADER, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, -height, true); // from the top
  view.setUint16(26, 1, true);
  view.setUint16(28, 8, true); // bits a pixel
  view.setUint32(46, 256, true);
  for (let grey = 0; grey < 256; grey++) bytes.fill(grey, 54 + 4 * grey, 54 + 4 * grey + 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) bytes[HEADER + y * row + x] = data[4 * (y * width + x)];
  }
  return new Blob([bytes], { type: "image/bmp" });
}

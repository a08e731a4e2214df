// What the page can do where a server stands behind it: read photos, take corrections.

import { Correction } from "./correct.js";
import { showDigit, watch } from "./main.js";
import { $ } from "./page.js";
import { pixelsAround } from "./photo.js";
import { Pictures } from "./pictures.js";
import { words } from "./words.js";

const correction = new Correction();
watch((image) => correction.show(image));
correction.start().catch((error) => ($("problem").textContent = error.message));

new Pictures((photo, digit) => {
  const around = pixelsAround(photo, digit.box);
  if (around) showDigit(around.picture, around.box);
  else $("problem").textContent = words.pictures.unseen;
});

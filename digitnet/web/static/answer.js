// The big answer and its ten bars.

const $ = (id) => document.getElementById(id);
const percent = (share) => `${(100 * share).toFixed(share > 0.9995 || share < 0.0005 ? 0 : 1)} %`;

export function prepareBars() {
  for (let digit = 0; digit < 10; digit++) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    const meter = document.createElement("meter");
    const value = document.createElement("span");
    name.textContent = digit;
    meter.max = 1;
    meter.setAttribute("aria-label", `Digit ${digit}`);
    item.append(name, meter, value);
    $("bars").append(item);
  }
}

// digit: one of a reading's, or null where nothing is drawn.
export function showAnswer(digit) {
  const big = $("answer");
  big.className = digit && !digit.accepted ? "big none" : "big";
  big.textContent = digit ? (digit.accepted ? digit.digit : "not a digit") : "";
  $("sure").textContent = digit
    ? digit.accepted
      ? `${percent(digit.confidence)} sure`
      : `nearest is ${digit.digit}`
    : "";
  speak(digit ? (digit.accepted ? `${digit.digit}, ${percent(digit.confidence)} sure` : "not a digit") : "");
  const shares = new Map(digit?.top ?? []);
  for (const [index, item] of [...$("bars").children].entries()) {
    const share = digit ? (shares.get(index) ?? 0) : 0;
    item.querySelector("meter").value = share;
    item.lastChild.textContent = digit ? percent(share) : "";
    item.classList.toggle("best", Boolean(digit?.accepted) && digit.digit === index);
  }
}

let speaking;

// Said to screen readers once the hand rests, not with every point of a stroke.
function speak(text) {
  clearTimeout(speaking);
  speaking = setTimeout(() => {
    if ($("spoken").textContent !== text) $("spoken").textContent = text;
  }, 400);
}

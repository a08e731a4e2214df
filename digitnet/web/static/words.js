// Every word of the page. A translation is another file like this one.

const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const a = (/** @type {string} */ digit) => `${digit === "8" ? "an" : "a"} ${digit}`;

export const words = {
  language: "en",
  document: "digitnet: see how a digit is read",
  description: "Draw a digit and watch a neural network read it, layer by layer.",
  titles: {
    digit: (/** @type {string} */ digit) => `How ${a(digit)} becomes ${a(digit)}`,
    none: "Why this is no digit", unsure: "Which digit is this?", empty: "How a digit is read",
  },
  lead: "Draw a digit. A small neural network reads it as you draw, and you see every step.",
  api: "API",
  more: "More",
  several: "Digits that were drawn; choose the one to look into",
  bars: "How sure the network is of each answer",
  none: "no digit",
  classes: [...DIGITS, "none"],
  own: (/** @type {string} */ recipe, /** @type {number} */ numbers) =>
    `digitnet: five layers, ${numbers.toLocaleString("en")} numbers, learned by the recipe ${recipe}. All of it runs on this page; what you draw stays here.`,
  footer: "digitnet: five layers, 19,739 numbers, learned from MNIST, other people\u2019s pen strokes, letters, and made-up digits and things that are none. All of it runs on this page; what you draw stays here.",

  board: {
    name: "Drawing board. Arrow keys move the pen, space lowers and lifts it.",
    invite: "Draw here",
    photo: "A digit of your picture. Draw to start anew.",
    keys: "Keys: arrows move, space lowers and lifts the pen, U undoes, C clears.",
    undo: "Undo", clear: "Clear", pen: "Pen",
    kept: "Kept in this browser until you clear it.",
  },
  answer: {
    sure: (/** @type {string} */ share) => `${share} sure`,
    none: (/** @type {string} */ share) => `${share} sure that this is no digit`,
    unsure: (/** @type {string} */ best, /** @type {string} */ second) => `Not sure: ${a(best)} or ${a(second)}?`,
    doubtful: (/** @type {string} */ best) => `Not sure: ${a(best)}, or no digit?`,
    empty: "Nothing is drawn yet.",
    loading: "The network is loading.",
    failed: (/** @type {string} */ why) => `The network could not be loaded (${why}). Reload the page.`,
    several: (/** @type {string} */ text) => `Read together: ${text}`,
    photo: "This digit is from your picture.",
    looking: (/** @type {string} */ digit) => `Look into the ${digit}`,
  },
  other: (/** @type {string} */ own, /** @type {string} */ other, /** @type {boolean} */ agree) =>
    `This network says ${own}; the documented recipe\u2019s says ${other}. ${agree ? "They agree." : "They differ."}`,

  columns: [
    { name: "Picture", size: "28 \u00d7 28" },
    { name: "Layer 1", size: "16 maps" },
    { name: "Layer 2", size: "16 maps" },
    { name: "Layer 3", size: "32 maps, half size" },
    { name: "Layer 4", size: "32 maps" },
    { name: "Layer 5", size: "a map an answer" },
  ],
  network: {
    name: "The network: every map of every layer. Arrow keys go from map to map.",
    for: "adds to the map",
    against: "takes away from it",
    wide: "the wider, the more",
    bright: "in a map: from 0 to the layer\u2019s most",
    below: "in a map: below 0",
    click: "Choose any map to see how it is computed.",
  },

  layers: {
    title: "What each layer does",
    names: ["The picture", "Layer 1: edges", "Layer 2: strokes", "Layer 3: bends and ends", "Layer 4: parts of digits", "Layer 5: the vote"],
    picture: (/** @type {number} */ ink) =>
      `Your drawing, shrunk to 28 \u00d7 28 and centred as the pictures the network learned from. ${ink} of its 784 pixels hold ink. Before layer 1 each pixel\u2019s 0 to 255 is scaled to \u22120.42 to 2.82.`,
    first: (/** @type {any} */ f) =>
      `${f.active} of 16 maps clearly differ from what blank paper gives. Map ${f.map} differs most, ${f.where}; its kernel looks for ${f.kind}.`,
    pooled: "First every map of layer 2 is halved to 14 \u00d7 14: of each 2 \u00d7 2 numbers the largest stays. ",
    middle: (/** @type {any} */ f) =>
      `${f.active} of ${f.count} maps clearly differ from what blank paper gives. Map ${f.map} differs most, ${f.where}; ${f.from} of the layer before feed it most.`,
    last: (/** @type {any} */ f) =>
      `Each map votes for one answer at 196 places. The votes for ${f.best} average ${f.score}, the next best, ${f.second}, ${f.next}.`,
    maps: (/** @type {number[]} */ numbers) => `maps ${numbers.join(" and ")}`,
    kinds: {
      above: "an edge with ink above it", below: "an edge with ink below it",
      left: "an edge with ink on its left", right: "an edge with ink on its right",
      spot: "a thin line or a spot", ink: "ink of any form", paper: "places without ink",
    },
    where: [
      ["at the top left", "at the top", "at the top right"],
      ["on the left", "in the middle", "on the right"],
      ["at the bottom left", "at the bottom", "at the bottom right"],
    ],
  },

  look: {
    close: "Close",
    picture: "The picture",
    map: (/** @type {number} */ layer, /** @type {number} */ map) => `Layer ${layer}, map ${map}`,
    vote: (/** @type {string} */ name) => `Layer 5, the map that votes for ${name}`,
    whatPicture: "Each pixel is a number from 0 (paper) to 255 (ink). Move over the picture to read them.",
    what: (/** @type {number} */ inputs) =>
      `A kernel of 3 \u00d7 3 numbers slides over ${inputs === 1 ? "the picture" : `each of the ${inputs} maps before it`}. At each place it multiplies nine pixels by its nine numbers and adds up. Beyond the border it finds zeros. All numbers are shown rounded. Move over any of the pictures.`,
    scaled: (/** @type {any} */ f) =>
      `First each pixel is scaled: minus the mean of MNIST, divided by its spread. The middle one: (${f.value} \u00f7 255 \u2212 ${f.mean}) \u00f7 ${f.std} = ${f.scaled}.`,
    pooled: (/** @type {string[]} */ four, /** @type {string} */ largest) =>
      `First each map of layer 2 is halved, from 28 \u00d7 28 to 14 \u00d7 14: of each 2 \u00d7 2 numbers the largest stays (max pooling). The middle one: of ${four.join(", ")} it is ${largest}.`,
    inputs: "1. What it sees: its inputs",
    inputsHint: "The bar tells what each one adds. Choose one.",
    input: (/** @type {number} */ map, /** @type {string} */ adds) => `Input ${map}, adds ${adds}`,
    window: "2. The kernel slides over it",
    pixels: "nine pixels",
    kernel: "kernel",
    products: "products",
    sum: "3. Sums",
    sumOne: "their sum",
    sumAll: (/** @type {number} */ inputs) => `all ${inputs} inputs together`,
    scale: "batch normalisation: times",
    shift: "plus",
    normed: "gives",
    relu: "ReLU: negative becomes 0",
    bias: "plus bias",
    vote_: "vote at this place",
    mean: "mean of all 196 places: the score",
    results: "4. What comes out",
    convolved: "after the convolution",
    normalised: "after batch normalisation",
    rectified: "after ReLU: the map",
    votes: "the map of votes",
    place: (/** @type {number} */ row, /** @type {number} */ column) => `row ${row}, column ${column}`,
    pixel: (/** @type {number} */ row, /** @type {number} */ column, /** @type {number} */ value) =>
      `Row ${row}, column ${column}: ${value}`,
    explore: "Arrow keys move the window.",
  },

  cover: {
    title: "What if I cover a spot?",
    name: "The 28 by 28 picture. Arrow keys move from spot to spot.",
    what: "Each spot is covered in turn, five pixels wide, and the network reads again. Blue: without it the network is less sure, so this ink speaks for the answer. Orange: without it the network is surer.",
    show: "Show the colours",
    start: "Move over the picture to see what covering a spot does.",
    working: "Covering spot after spot \u2026",
    changes: "nothing changes",
    costs: (/** @type {string} */ points) => `the answer loses ${points} points`,
    adds: (/** @type {string} */ points) => `the answer gains ${points} points`,
    then: (/** @type {number} */ read) => `; then the likeliest is ${read < 10 ? a(String(read)) : "\u201cno digit\u201d"}`,
    spot: (/** @type {number} */ row, /** @type {number} */ column, /** @type {number} */ ink, /** @type {string} */ what) =>
      `Row ${row}, column ${column}, ink ${ink}. If this spot is covered, ${what}.`,
  },

  last: {
    title: "The last step in numbers",
    what: "Layer 5 has one map for each answer: ten digits, and \u201cno digit\u201d. A map\u2019s mean is its score. Two steps turn the scores into shares. All numbers are shown rounded.",
    digit: (/** @type {any} */ f) =>
      `First: is it a digit at all? e to each of the ten digits\u2019 scores, added up, is ${f.digits}. For \u201cno digit\u201d, e to (${f.score} ${f.sign} ${f.threshold}) is ${f.none}. ${f.digits} \u00f7 (${f.digits} + ${f.none}) = ${f.share}: a digit.`,
    which: "Then: which of the ten? Each digit\u2019s e to the power, divided by the sum of all ten, is its part among the ten. That part of the first step\u2019s share is the digit\u2019s share; what the first step leaves is for \u201cno digit\u201d.",
    answer: "Answer",
    map: "Map",
    score: "Mean = score",
    power: (/** @type {string} */ temperature) => `e to (score \u00f7 ${temperature})`,
    among: "Among the ten",
    share: (/** @type {string} */ digit) => `Share: that \u00d7 ${digit}`,
    total: "Sum",
    note: "The number that scores are divided by, and the one that is added for \u201cno digit\u201d, were fitted on drawings that were not trained on, so that a share of 90 % is right nine times of ten.",
  },

  experiments: {
    title: "Five experiments",
    short: "Experiments",
    done: "Done!",
    letters: "Letters to try",
    list: [
      { name: "Turn a 1 into a 7", task: "This is a 1. Add strokes until the answer is 7. Which stroke does it?", shows: () => "The 1 is still there as it was: the few pixels that you added decide the answer." },
      { name: "Into the corner", task: "This 3 is small and in a corner, and is read all the same. Clear the board and draw a small digit of your own into another corner. Is it read?", shows: () => "Place and size hardly matter: each digit is cut out, scaled and centred before the network sees it." },
      { name: "Thin and thick", task: "Move the pen\u2019s slider from one end to the other: this 5 is drawn again with each pen. Does the answer change? Look at layer 1.", shows: (/** @type {any} */ f) => `With the thinnest pen the answer is ${f.thin}, with the thickest ${f.thick}. Layer 1 changes with the pen; an answer that stays shows that the network learned from thin and thick hands.` },
      { name: "A letter", task: "This is an A. The eleventh answer, \u201cno digit\u201d, should win. Try the other letters: which of them fools the network?", shows: (/** @type {any} */ f) => `The letter ${f.letter} has the form of a ${f.answer}. The network sees forms; it cannot know that a letter is meant.` },
      { name: "Two networks", task: "Both networks have the same form. The documented recipe saw MNIST only, the one that ships also saw other hands and things that are no digit. Draw something on which they differ.", shows: () => "Networks of the same form answer differently if they learned from different pictures. The documented recipe\u2019s has no answer \u201cno digit\u201d: it always names one." },
    ],
  },

  pictures: {
    title: "Read a photo",
    short: "Photos",
    alone: "Photos and pages of digits need the digitnet server: in the repository\u2019s folder, pip install \".[web]\", then digitnet serve.",
    drop: "Drop photos or pages here, paste one, or",
    file: "choose files",
    camera: "take a photo",
    ours: "Or try one of ours: ",
    samples: ["a date", "squared paper", "a blackboard"],
    digits: "Digits; choose one to see how it is read",
    copy: "Copy text",
    copied: "Copied",
    marked: "Marked: copy it",
    csv: "Download CSV",
    working: (/** @type {string} */ name) => `Reading ${name} \u2026`,
    pasted: "the picture",
    page: (/** @type {string} */ name, /** @type {number} */ page) => `${name}, page ${page}`,
    nothing: "No digits were found in this picture.",
    read: (/** @type {string} */ text) => `The picture, read as ${text}`,
    sure: (/** @type {string} */ digit, /** @type {string} */ share) => `${digit}: ${share} sure`,
    doubtful: (/** @type {string} */ digit, /** @type {string} */ share) => `Doubtful, perhaps ${digit}: ${share} sure`,
    heic: "This HEIC photo cannot be read here: share the photo as JPEG.",
    notPicture: "That is no picture. Drop a photo, such as JPEG, PNG or HEIC, or a PDF.",
    unseen: "Your browser cannot show this kind of picture, so its digits cannot be looked into.",
    large: "This picture is too large. Send a smaller one, or crop it.",
    gone: "The server does not answer. Is it still running? Drawing works without it.",
    busy: "The server is busy. It will be asked again in a second.",
    refused: (/** @type {number} */ status) => `The server answers with status ${status}. Try again.`,
    unreadable: "This file cannot be read as a picture. It may be damaged: save it again as JPEG or PNG.",
  },
  token: {
    ask: "This server asks for its token:",
    send: "Use it",
    wrong: "The server did not take this token.",
  },
  wrong: {
    ask: "Wrong? It is",
    choose: "choose",
    none: "no digit",
    send: "Tell the server",
    withdraw: "Withdraw",
    kept: "Sent: its 28 \u00d7 28 picture is kept in this server\u2019s folder.",
    withdrawn: "Withdrawn: the picture is deleted.",
  },

  glossary: {
    title: "Seven words",
    terms: [
      ["Map", "A picture of numbers that a layer computes: at each place, how strongly it found what it looks for."],
      ["Kernel", "Nine numbers, three by three. Laid over nine pixels, each multiplies one of them. Training finds these numbers."],
      ["Convolution", "Sliding a kernel over a whole map and adding up the nine products at every place."],
      ["Max pooling", "Halves a map between layers 2 and 3: of each two by two numbers only the largest stays."],
      ["Batch normalisation", "A scale and a shift for each map, so that all maps have values of a similar size."],
      ["ReLU", "Negative values become zero: a map says what it found, and nothing about what it did not."],
      ["Softmax", "Turns scores into shares that add up to 100 %: e to each score, divided by the sum of all of these. Here each score is first divided by a fixed number; \u201cThe last step in numbers\u201d shows all of it."],
    ],
  },
};

/**
 * The word or words at a path such as "board.undo".
 * @param {string} path
 * @returns {any}
 */
export const wordAt = (path) => path.split(".").reduce((part, name) => part[name], /** @type {any} */ (words));

/** Fills every element that names its words: as text, or as its name for screen readers. */
export function fillWords() {
  document.documentElement.lang = words.language;
  document.title = words.document;
  for (const element of document.querySelectorAll("[data-words]")) {
    element.textContent = wordAt(/** @type {HTMLElement} */ (element).dataset.words ?? "");
  }
  for (const element of document.querySelectorAll("[data-names]")) {
    element.setAttribute("aria-label", wordAt(/** @type {HTMLElement} */ (element).dataset.names ?? ""));
  }
}

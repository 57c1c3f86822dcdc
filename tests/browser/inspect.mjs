// Opens HTML files in a browser without a window and prints what it saw as JSON: one object per file and view.
//
// usage: node inspect.mjs BROWSER [FILE VIEW,VIEW...]...
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [browserPath, ...pages] = process.argv.slice(2);

const VIEWS = {
  "phone light": { width: 360, scheme: "light" },
  "phone dark": { width: 360, scheme: "dark" },
  "desktop light": { width: 1280, scheme: "light" },
  "desktop dark": { width: 1280, scheme: "dark" },
  print: { width: 794, scheme: "light", media: "print" },
};

async function inspect(browser, file, name) {
  const view = VIEWS[name];
  const page = await browser.newPage();
  const messages = [];
  const requests = [];
  page.on("console", (message) => messages.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => messages.push(String(error)));
  page.on("request", (request) => requests.push(request.url()));
  await page.setViewport({ width: view.width, height: 800 });
  const session = await page.createCDPSession(); // in one message, as each of two would undo the other
  await session.send("Emulation.setEmulatedMedia", {
    media: view.media ?? "screen",
    features: [{ name: "prefers-color-scheme", value: view.scheme }],
  });
  const address = pathToFileURL(file).href;
  await page.goto(address, { waitUntil: "load" });
  const closed = await page.evaluate(() => ({
    overflow: document.documentElement.scrollWidth - window.innerWidth,
    hidden: [...document.querySelectorAll("details > .body")].filter((e) => !e.checkVisibility()).length,
    background: getComputedStyle(document.body).backgroundColor,
  }));
  await page.evaluate(() => document.querySelectorAll("details").forEach((e) => (e.open = true)));
  const open = await page.evaluate(() => ({
    overflow: document.documentElement.scrollWidth - window.innerWidth,
    wide: [...document.querySelectorAll("body *")]
      .filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1 && !e.closest("pre, .store, .wide, symbol, defs"))
      .map((e) => e.outerHTML.slice(0, 120)),
    unnamed: [...document.images].filter((e) => !e.alt).length,
    undrawn: [...document.images].filter((e) => !e.complete || e.naturalWidth === 0).length,
  }));
  await page.evaluate(axe); // through the debugger, which the page's policy does not bind
  const violations = await page.evaluate(async () => {
    const result = await axe.run(document, { resultTypes: ["violations"] });
    return result.violations.map((v) => ({
      id: v.id,
      impact: v.impact,
      nodes: v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 160)} ${n.failureSummary}`),
    }));
  });
  await page.close();
  const foreign = requests.filter((url) => url !== address && !url.startsWith("data:"));
  return { file, view: name, messages, foreign, closed, open, violations };
}

const browser = await puppeteer.launch({
  executablePath: browserPath,
  pipe: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
try {
  const seen = [];
  for (let i = 0; i < pages.length; i += 2) {
    for (const name of pages[i + 1].split(",")) seen.push(await inspect(browser, pages[i], name));
  }
  process.stdout.write(JSON.stringify(seen));
} finally {
  await browser.close();
}

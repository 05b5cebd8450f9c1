"""From the key that decides to the next card, in Chromium, beside a newsroom that runs:
`python -m tests.bench.bench_next_card http://127.0.0.1:58086 moderator@example.org PASSWORD [--comments 40]`.

A moderator approves comment after comment with the key, once reading each for two seconds, once without reading:
then the next card may not have been fetched ahead, and the answer has to bring it. What is measured is from the
key's event until the heading of another comment stands in the page and a frame was painted.
"""

import argparse
import shutil
import statistics

from playwright.sync_api import Page, sync_playwright

WATCH = """() => {
  window.steps = [];
  let pressed = 0, before = "";
  const name = () => document.querySelector("#card h2")?.textContent.trim() ?? "";
  document.addEventListener("keydown", () => { pressed = performance.now(); before = name(); }, true);
  new MutationObserver(() => {
    if (!pressed || !name() || name() === before) return;
    const began = pressed;
    pressed = 0;
    requestAnimationFrame(() => setTimeout(() => window.steps.push(performance.now() - began)));
  }).observe(document.querySelector("#desk"), { childList: true, subtree: true, characterData: true });
}"""
READING = 2_000


def main() -> None:
    asked = _arguments()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900}, base_url=asked.address)
        _sign_in(page, asked.user, asked.password)
        print("| from key to next card, ms | median | 90th percentile | slowest |\n|---|---|---|---|")
        for name, pause in (("two seconds on each", READING), ("none read", 0)):
            steps = sorted(_steps(page, asked.comments, pause))
            told = (statistics.median(steps), steps[int(len(steps) * 0.9)], steps[-1])
            print(f"| {name} | " + " | ".join(f"{one:.0f}" for one in told) + " |", flush=True)
        browser.close()


def _sign_in(page: Page, user: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", user)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_load_state()


def _steps(page: Page, comments: int, pause: int) -> list[float]:
    """Milliseconds of each step but the first, which warms up."""
    page.goto("/admin/moderation/")
    page.wait_for_selector("#card h2")
    page.evaluate(WATCH)
    for done in range(comments + 1):
        page.wait_for_timeout(pause)
        page.wait_for_selector("#card:not([aria-busy])")
        page.keyboard.press("a")
        page.wait_for_function("done => window.steps.length > done", arg=done)
    steps: list[float] = page.evaluate("window.steps")
    return steps[1:]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("user")
    parser.add_argument("password")
    parser.add_argument("--comments", type=int, default=40)
    return parser.parse_args()


if __name__ == "__main__":
    main()

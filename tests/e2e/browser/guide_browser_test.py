#!/usr/bin/env python3
"""Uses a running guide as a person would: searches, opens a product, asks a question.

Needs the Debian packages chromium and chromium-driver, nothing else.

example:
  tests/e2e/browser/guide_browser_test.py http://127.0.0.1:8080/ --screenshots /tmp/shots
"""
import argparse
import os
import shutil
import sys
import traceback
import urllib.parse

from webdriver import Browser


class Guide:
    def __init__(self, base, shots):
        self.base = base.rstrip("/")
        self.shots = shots
        self.browser = Browser()

    def go(self, path):
        self.browser.open(self.base + path)

    def shot(self, name):
        if self.shots:
            self.browser.screenshot(os.path.join(self.shots, f"{name}.png"))

    def ask(self, text):
        before = len(self.browser.all(".turn.guide"))
        self.browser.type("#chat-input", text)
        self.browser.press("Enter")
        self.browser.wait(f"a reply to {text!r}", lambda: len(self.browser.all(".turn.guide")) > before
                          and not self.browser.all(".turn.guide.waiting"))
        return self.browser.texts(".turn.guide")[-1]


def check(condition, sentence):
    if not condition:
        raise AssertionError(sentence)


def test_home_shows_products_and_categories(g):
    g.go("/?lang=en")
    g.browser.wait("product cards", lambda: len(g.browser.all(".card a")) >= 4)
    check(g.browser.all(".kinds .chip"), "no categories to browse")
    check(g.browser.script("return document.documentElement.lang") == "en", "the page is not in English")
    g.shot("home")


def test_search_finds_products(g):
    g.go("/?lang=en")
    g.browser.type("#q", "laptop")
    g.browser.press("Enter")
    g.browser.wait("results", lambda: "/search" in g.browser.url() and g.browser.all(".results .card"))
    check("laptop" in g.browser.text("h1").lower(), "the title does not say what was searched")
    kinds = " ".join(g.browser.texts(".results .card")).lower()
    check("laptop" in kinds, "no laptop among the results")
    g.shot("search")


def test_address_of_a_search_works_on_reload(g):
    g.go("/search?q=laptop&lang=en")
    g.browser.wait("results", lambda: g.browser.all(".results .card"))
    first = g.browser.texts(".results .card-title")
    g.browser.open(g.browser.url())
    g.browser.wait("results", lambda: g.browser.all(".results .card"))
    check(g.browser.texts(".results .card-title") == first, "the same address shows other results")


def test_filters_narrow_and_sort_orders(g):
    g.go("/search?q=laptop&lang=en")
    g.browser.wait("facets", lambda: g.browser.all(".facet .choice"))
    before = g.browser.text(".count")
    g.browser.type("input[name=max_price]", "4000")
    g.browser.click(".prices button")
    g.browser.wait("fewer results", lambda: g.browser.text(".count") not in (before, None) and g.browser.all(".results .card"))
    g.browser.script("const s = document.getElementById('sort'); s.value = 'price_asc'; s.dispatchEvent(new Event('change'))")
    g.browser.wait("sorted results", lambda: "sort=price_asc" in g.browser.url() and g.browser.all(".results .card-price"))
    prices = [float("".join(c for c in t if c.isdigit() or c == ".")) for t in g.browser.texts(".results .card-price")]
    check(prices and prices == sorted(prices) and prices[-1] <= 4000, f"prices are not ascending up to 4000: {prices}")


def test_empty_result_helps_on(g):
    g.go("/search?q=zzxqv%20nonsenseword&lang=en")
    g.browser.wait("the empty state", lambda: g.browser.visible(".empty") or g.browser.all(".results .card"))
    check(g.browser.visible(".empty") or g.browser.all(".suggestion"), "nonsense gives results without a word")
    g.shot("empty")


def test_misspelt_word_is_put_right(g):
    g.go("/search?q=laptpo&lang=en")
    g.browser.wait("a suggestion", lambda: g.browser.all(".suggestion a"))
    check("laptop" in g.browser.text(".suggestion"), "the suggestion is not laptop")
    g.browser.click(".suggestion a")
    g.browser.wait("results of the suggestion", lambda: "q=laptop" in g.browser.url() and g.browser.all(".results .card"))


def test_product_page_shows_facts(g):
    g.go("/search?q=laptop&lang=en")
    g.browser.click(".results .card a")
    g.browser.wait("the product", lambda: "/product/" in g.browser.url() and g.browser.all(".facts dt"))
    title = g.browser.text("h1")
    check(title and title in g.browser.title(), "the window's title does not name the product")
    check(g.browser.text(".price"), "no price")
    g.browser.open(g.browser.url())
    g.browser.wait("the same product after a reload", lambda: g.browser.text("h1") == title and g.browser.all(".facts dt"))
    g.browser.wait("recommendations or a word on them", lambda: g.browser.all(".rail .card, .rail .notice"))
    g.shot("product")


def test_question_about_the_product_is_answered_from_it(g):
    g.go("/search?q=laptop&lang=en")
    g.browser.click(".results .card a")
    g.browser.wait("the product", lambda: g.browser.all(".facts dt"))
    facts = dict(zip(g.browser.texts(".facts dt"), g.browser.texts(".facts dd")))
    title = g.browser.text("h1")
    g.browser.click(".product .actions .button.quiet")
    reply = g.ask("How heavy is it?")
    check(facts["Weight"] in reply, f"the weight {facts['Weight']} is not in: {reply}")
    check(title in reply, "the reply does not name its source")
    g.shot("chat")


def test_help_question_names_its_source(g):
    g.go("/?lang=en")
    g.browser.click(".chat-open")
    reply = g.ask("How long does delivery take?")
    check("Source" in reply and "deliver" in reply.lower(), f"no source: {reply}")


def test_unknown_is_said_to_be_unknown(g):
    g.go("/?lang=en")
    g.browser.click(".chat-open")
    reply = g.ask("Will it rain in Chengdu on Saturday?")
    check("don’t know" in reply, f"it pretends to know: {reply}")
    g.shot("unknown")


def test_chinese(g):
    g.go("/?lang=zh")
    g.browser.wait("product cards", lambda: len(g.browser.all(".card a")) >= 4)
    check(g.browser.script("return document.documentElement.lang").startswith("zh"), "the page is not in Chinese")
    g.shot("home-zh")
    g.browser.type("#q", "耳机")
    g.browser.press("Enter")
    g.browser.wait("results", lambda: g.browser.all(".results .card"))
    check("耳机" in " ".join(g.browser.texts(".results .card")), "no headphones found in Chinese")
    g.shot("search-zh")
    g.go("/")  # the language is remembered
    check(g.browser.script("return document.documentElement.lang").startswith("zh"), "the language was forgotten")
    g.go("/?lang=en")


def test_keyboard_alone(g):
    g.go("/?lang=en")
    g.browser.wait("product cards", lambda: g.browser.all(".card a"))
    g.browser.press("Tab")
    check(g.browser.script("return document.activeElement.className") == "skip", "the first stop is not the skip link")
    g.browser.press("/")
    check(g.browser.script("return document.activeElement.id") == "q", "'/' does not lead to the search box")
    g.browser.click(".chat-open")
    check(g.browser.script("return document.activeElement.id") == "chat-input", "opening the chat does not lead into it")
    g.browser.press("Escape")
    check(not g.browser.visible("#chat"), "Escape does not close the chat")
    check("chat-open" in g.browser.script("return document.activeElement.className"), "the focus is lost on closing")


def test_phone(g):
    g.browser.size(360, 740)
    try:
        for path in ("/?lang=en", "/search?q=laptop", "/search?q=zz9"):
            g.go(path)
            g.browser.wait("the page", lambda: g.browser.all(".card a, .empty"))
            width = g.browser.script("return document.documentElement.scrollWidth")
            check(width <= 360, f"{path} is {width} px wide on a phone of 360")
        g.go("/?lang=en")
        g.browser.wait("product cards", lambda: g.browser.all(".card a"))
        g.shot("phone-home")
        g.go("/search?q=headphones")
        g.browser.wait("results", lambda: g.browser.all(".results .card"))
        g.shot("phone-search")
        g.browser.click(".results .card a")
        g.browser.wait("the product", lambda: g.browser.all(".facts dt"))
        check(g.browser.script("return document.documentElement.scrollWidth") <= 360, "the product page is too wide")
        g.shot("phone-product")
        g.browser.click(".chat-open")
        g.ask("How heavy is it?")
        g.shot("phone-chat")
    finally:
        g.browser.size(1280, 900)


def test_dark(g):
    g.browser.dark(True)
    try:
        g.go("/search?q=camera&lang=en")
        g.browser.wait("results", lambda: g.browser.all(".results .card"))
        colour = g.browser.script("return getComputedStyle(document.body).backgroundColor")
        check(max(int(n) for n in colour[4:-1].split(",")) < 80, f"not dark: {colour}")
        g.shot("dark")
    finally:
        g.browser.dark(False)


def test_hostile_words_stay_words(g):
    g.go("/search?lang=en&q=" + urllib.parse.quote("<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"))
    g.browser.wait("the page", lambda: g.browser.all(".card a, .empty"))
    check("owned" not in (g.browser.title() or "").replace("'owned'", ""), "a query ran as script")
    check(not g.browser.all("main img, main script"), "a query became elements")
    g.go("/?lang=en")
    g.browser.click(".chat-open")
    g.ask("<img src=x onerror=alert(1)>")
    check(not g.browser.all(".chat img"), "a message became an element")


def test_readable_without_scripts(g):
    plain = Browser(javascript=False)
    try:
        plain.open(g.base + "/search?q=laptop&lang=en")
        # Without scripts of the page; the driver's own script still runs.
        links = plain.texts(".plain-list a")
        check(len(links) > 3 and "laptop" in " ".join(links).lower(), f"no results without scripts: {links[:3]}")
    finally:
        plain.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", help="address of the guide's page")
    parser.add_argument("--screenshots", help="folder for pictures of the states seen on the way")
    parser.add_argument("--only", help="run the tests whose name contains this")
    args = parser.parse_args()
    for program in ("chromium", "chromedriver"):
        if not shutil.which(program):
            print(f"skipped: {program} is not installed (apt install chromium chromium-driver)")
            return 0
    if args.screenshots:
        os.makedirs(args.screenshots, exist_ok=True)
    tests = [(name[5:], test) for name, test in globals().items() if name.startswith("test_") and (args.only or "") in name]
    guide = Guide(args.base, args.screenshots)
    passed = failed = 0
    try:
        for name, test in tests:
            try:
                guide.browser.errors()
                test(guide)
                complaints = [m for m in guide.browser.errors() if "favicon" not in m and "status of 4" not in m and "status of 5" not in m]
                check(not complaints, f"the page complained: {complaints[:2]}")
                passed += 1
                print(f"ok      {name.replace('_', ' ')}", flush=True)
            except Exception as error:  # a test's failure must not end the run
                failed += 1
                print(f"FAILED  {name.replace('_', ' ')}: {error}", flush=True)
                if not isinstance(error, AssertionError):
                    traceback.print_exc()
    finally:
        guide.browser.close()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check the committed catalogue, events and golden checks. Exits 1 if anything fails.

example: python3 check.py
"""
import gzip
import json
import re
import sys
from collections import Counter
from datetime import datetime
from itertools import combinations

import generate

HERE = generate.HERE
MAX_PLAIN, MAX_EVENTS, MAX_GZ, MAX_SUM = 2_200_000, 500_000, 900_000, 950_000
CJK = re.compile(r"[\u4e00-\u9fff]")
RESULTS = []


def check(name, bad):
    """Record a check; `bad` is a list of offenders, or a bool that must be True."""
    ok = bad if isinstance(bad, bool) else not bad
    RESULTS.append(ok)
    print(("ok   " if ok else "FAIL ") + name + ("" if ok or bad is False else f": {str(bad[:5])}"))


def repeated(values):
    return [v for v, n in Counter(values).items() if n > 1]


def read(name):
    path = HERE / name
    data = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
    return [json.loads(line) for line in data.decode("utf-8").splitlines()]


def check_products(goods):
    ids = {p["id"] for p in goods}
    check("2,000 products", len(goods) == 2000)
    check("at least 24 categories", len({p["category"] for p in goods}) >= 24)
    check("each category has 30 products or more", [c for c, n in Counter(p["category"] for p in goods).items() if n < 30])
    check("one Chinese name for each category", len({(p["category"], p["category_zh"]) for p in goods}) == len({p["category"] for p in goods}))
    check("at least 30 brands", len({p["brand"] for p in goods}) >= 30)
    need = "id title title_zh description description_zh brand category category_zh price currency attributes popularity".split()
    check("products have every field", [p["id"] for p in goods if any(not p.get(k) for k in need)])
    for field in ("title", "title_zh", "description", "description_zh"):
        check(f"no two products share {field}", repeated(p[field] for p in goods))
    check("English fields are English", [p["id"] for p in goods if CJK.search(p["title"] + p["description"] + json.dumps(p["attributes"], ensure_ascii=False))])
    check("Chinese fields are Chinese", [p["id"] for p in goods if not CJK.search(p["title_zh"]) or len(CJK.findall(p["description_zh"])) < 20])
    check("description length", [p["id"] for p in goods if not 90 <= len(p["description"]) <= 480 or not 30 <= len(p["description_zh"]) <= 240])
    check("at least three attributes, all text", [p["id"] for p in goods if len(p["attributes"]) < 3 or not all(isinstance(v, str) and v for v in p["attributes"].values())])
    check("no unfilled or placeholder text", [p["id"] for p in goods if re.search(r"[{}]|lorem|todo|xxx|placeholder|待补", (p["title"] + p["description"] + p["description_zh"]).lower())])
    check("no doubled sentence", [p["id"] for p in goods if repeated(s for s in p["description_zh"].split("。") if s)])
    check("prices in CNY between 9 and 30,000", [p["id"] for p in goods if p["currency"] != "CNY" or not 9 <= p["price"] <= 30000])
    by_cat = {}
    for p in goods:
        by_cat.setdefault(p["category"], []).append(p["price"])
    middle = {c: sorted(v)[len(v) // 2] for c, v in by_cat.items()}
    check("laptops cost more than mice, TVs more than cables", middle["Laptops"] > 10 * middle["Mice"] and middle["TVs"] > 10 * middle["Chargers & Cables"])
    check("prices vary inside each category", [c for c, v in by_cat.items() if len(set(v)) < 10])
    check("related ids exist and are not the product itself", [p["id"] for p in goods if any(r not in ids or r == p["id"] for r in p.get("related", []))])
    check("related ids are not repeated", [p["id"] for p in goods if repeated(p.get("related", []))])
    check("half of the products name an accessory", sum(bool(p.get("related")) for p in goods) >= 1000)
    mount = {p["id"]: p["attributes"].get("mount") for p in goods}
    check("lenses fit the cameras that name them", [p["id"] for p in goods if p["category"] == "Cameras" for r in p.get("related", []) if r[:3] == "len" and mount[r] != mount[p["id"]]])
    check("popularity between 0 and 1", [p["id"] for p in goods if not 0 < p["popularity"] < 1])


def check_answers(replies):
    check("200 answers numbered in order", [a["id"] for a in replies] == [f"ans-{n:03d}" for n in range(1, 201)])
    check("thirteen topics", len({a["topic"] for a in replies}) == 13)
    for field in ("question", "question_zh", "answer", "answer_zh"):
        check(f"no two answers share {field}", repeated(a[field] for a in replies))
    check("two or three alternatives in each language", [a["id"] for a in replies if not all(2 <= len(a[k]) <= 3 for k in ("alternatives", "alternatives_zh"))])
    check("both languages where they belong", [a["id"] for a in replies if CJK.search(a["question"] + a["answer"] + "".join(a["alternatives"]))
                                              or not all(CJK.search(t) for t in [a["question_zh"], a["answer_zh"], *a["alternatives_zh"]])])
    every = [t.lower() for a in replies for t in [a["question"], *a["alternatives"], a["question_zh"], *a["alternatives_zh"]]]
    check("no phrasing is used twice", repeated(every))
    reordered = []
    for a in replies:
        for pair in combinations([a["question"], *a["alternatives"]], 2):
            x, y = (frozenset(re.findall(r"\w+", t.lower())) for t in pair)
            if len(x & y) / len(x | y) > 0.6:
                reordered.append(a["id"])
        for pair in combinations([a["question_zh"], *a["alternatives_zh"]], 2):
            x, y = (set(CJK.findall(t)) for t in pair)
            if len(x & y) / len(x | y) > 0.75:
                reordered.append(a["id"])
    check("alternatives differ in words, not only in order", reordered)


def check_events(events, goods):
    ids = {p["id"] for p in goods}
    check("25,000 to 35,000 events", 25_000 <= len(events) <= 35_000)
    check("event ids in order", all(e["id"] == f"ev-{n:06d}" for n, e in enumerate(events, 1)))
    check("events name known products", [e["id"] for e in events if e["product"] not in ids])
    check("event types", {e["type"] for e in events} == {"view", "cart", "purchase"})
    times = [datetime.strptime(e["at"], "%Y-%m-%dT%H:%M:%SZ") for e in events]
    check("events are in order of time", times == sorted(times))
    check("1,300 users or more", len({e["user"] for e in events}) >= 1300)
    owner = {}
    check("a session belongs to one user", [e["id"] for e in events if owner.setdefault(e["session"], e["user"]) != e["user"]])
    carted, early = set(), []
    for e in events:
        if e["type"] == "cart":
            carted.add((e["session"], e["product"]))
        elif e["type"] == "purchase" and (e["session"], e["product"]) not in carted:
            early.append(e["id"])
    check("nothing is bought before it is in the basket", early)
    views = sorted(Counter(e["product"] for e in events).values(), reverse=True)
    check("popularity is skewed: a fifth of the products has 40% of the events", sum(views[:400]) > 0.4 * sum(views))
    related = {p["id"]: set(p.get("related", [])) for p in goods}
    baskets = {}
    for e in events:
        if e["type"] == "cart":
            baskets.setdefault(e["session"], set()).add(e["product"])
    pairs = Counter(tuple(sorted(pair)) for b in baskets.values() for pair in combinations(b, 2))
    named = sum(n for (a, b), n in pairs.items() if b in related[a] or a in related[b])
    thick = sum(n >= 3 for n in pairs.values())
    print(f"     {len(events)} events; {sum(pairs.values())} basket pairs, {named} of them a product and its accessory; {thick} pairs three times or more")
    check("a third of the basket pairs are a product and its accessory, or more", named >= sum(pairs.values()) / 3)
    check("at least 300 pairs bought together three times or more", thick >= 300)


def check_golden(golden, goods, replies):
    ids, answer_ids = {p["id"] for p in goods}, {a["id"] for a in replies}
    size = Counter(p["id"][:3] for p in goods)
    check("60 golden checks, ten of them unknown", len(golden) == 60 and sum(g["kind"] == "unknown" for g in golden) == 10)
    check("golden ids exist", [g["q"] for g in golden if not set(g.get("expect_any", [])) <= ids or g.get("expect", "ans-001") not in answer_ids])
    check("searches expect something, and not most of a category", [g["q"] for g in golden if g["kind"] == "search" and not 1 <= len(g["expect_any"]) <= 0.7 * size[g["expect_any"][0][:3]]])
    said = {t for a in replies for t in [a["question"], *a["alternatives"], a["question_zh"], *a["alternatives_zh"]]}
    check("golden questions are not in the catalogue word for word", [g["q"] for g in golden if g["q"] in said])
    check("golden checks are in both languages", all(n >= 25 for n in Counter(g["lang"] for g in golden).values()))
    check("language matches the text", [g["q"] for g in golden if bool(CJK.search(g["q"])) != (g["lang"] == "zh")])
    check("no golden query twice", repeated(g["q"] for g in golden))


def main():
    if len(sys.argv) > 1:
        print(__doc__)
        return 0
    catalogue = read("catalog.jsonl")
    goods = [r for r in catalogue if r["kind"] == "product"]
    replies = [r for r in catalogue if r["kind"] == "answer"]
    check("only products and answers in the catalogue", len(goods) + len(replies) == len(catalogue))
    check("no id twice", repeated(r["id"] for r in catalogue))
    check_products(goods)
    check_answers(replies)
    check_events(read("events.jsonl.gz"), goods)
    check_golden(read("golden.jsonl"), goods, replies)
    plain = (HERE / "catalog.jsonl").read_bytes()
    packed, events = len(generate.packed(plain)), (HERE / "events.jsonl.gz").stat().st_size
    print(f"     catalog.jsonl {len(plain)}, gzipped {packed}, events.jsonl.gz {events}, together {packed + events} bytes")
    check("sizes fit one ConfigMap", len(plain) <= MAX_PLAIN and packed < MAX_GZ and events < MAX_EVENTS and packed + events < MAX_SUM)
    for name, data in generate.outputs().items():
        kept = (HERE / name).read_bytes()
        if name.endswith(".gz"):  # another zlib may pack the same bytes differently, so compare what is inside
            check(f"{name} carries no time", kept[4:8] == bytes(4))
            kept, data = gzip.decompress(kept), gzip.decompress(data)
        check(f"regenerating gives the committed {name}", kept == data)
    print(f"{sum(RESULTS)} passed, {len(RESULTS) - sum(RESULTS)} failed")
    return 0 if all(RESULTS) else 1


if __name__ == "__main__":
    sys.exit(main())

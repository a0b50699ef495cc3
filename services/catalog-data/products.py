# SPDX-License-Identifier: Apache-2.0
"""Draws the products: specifications, titles, descriptions, prices and accessories."""
import random
import re
from collections import Counter

from vocab import computing, home, imaging_office, kitchen, media, mobile
from vocab.base import BRANDS, en_value, fits, parse_pools, zh_value
from vocab.needs import COLOUR, MORE

CATEGORIES = computing.CATS + mobile.CATS + media.CATS + imaging_office.CATS + home.CATS + kitchen.CATS
for _cat in CATEGORIES:
    for _pool, _sentences in parse_pools(MORE.get(_cat.prefix, "")).items():
        _cat.pools[_pool] += _sentences
    _cat.pools["colour"] = COLOUR

# Which accessories suit a product: (from, to) -> test on the two products.
COMPATIBLE = {
    ("lap", "bag"): lambda a, b: b.tags & {"pack", "sleeve", "brief"} and inches(b, "fits") >= inches(a, "screen"),
    ("lap", "cha"): lambda a, b: "lap" in b.tags and b.tags & {"wall", "multi"},
    ("lap", "sto"): lambda a, b: b.tags & {"ssd", "disk"},
    ("lap", "mon"): lambda a, b: "usbc" in b.tags,
    ("tab", "cha"): lambda a, b: b.tags & {"wall", "cable"},
    ("tab", "key"): lambda a, b: {"wl", "low"} <= b.tags,
    ("tab", "hea"): lambda a, b: "wl" in b.tags,
    ("mon", "lam"): lambda a, b: "bar" in b.tags,
    ("mon", "cha"): lambda a, b: "cable" in b.tags,
    ("key", "lam"): lambda a, b: b.tags & {"bar", "study"},
    ("mou", "bag"): lambda a, b: "case" in b.tags,
    ("pho", "cha"): lambda a, b: b.tags & {"wall", "car", "stand", "cable"},
    ("pho", "hea"): lambda a, b: "wl" in b.tags,
    ("pho", "wat"): lambda a, b: "kids" not in b.tags,
    ("pho", "pow"): lambda a, b: "small" in b.tags,
    ("wat", "hea"): lambda a, b: b.tags & {"open", "bud"},
    ("wat", "cha"): lambda a, b: "wall" in b.tags,
    ("pow", "cha"): lambda a, b: b.tags & {"wall", "cable"},
    ("pow", "bag"): lambda a, b: "case" in b.tags,
    ("cha", "cha"): lambda a, b: "cable" in b.tags,
    ("ere", "lam"): lambda a, b: "bed" in b.tags,
    ("ere", "cha"): lambda a, b: "wall" in b.tags,
    ("hea", "cha"): lambda a, b: "wl" in a.tags and "wall" in b.tags,
    ("hea", "pow"): lambda a, b: "wl" in a.tags and "small" in b.tags,
    ("spe", "cha"): lambda a, b: "batt" in a.tags and "wall" in b.tags,
    ("tvs", "spe"): lambda a, b: b.tags & {"bar", "shelf"},
    ("tvs", "con"): lambda a, b: b.attrs["works_with"] == "PC, TV boxes",
    ("tvs", "smh"): lambda a, b: b.tags & {"bulb", "curtain"},
    ("prj", "spe"): lambda a, b: b.tags & {"bar", "port"},
    ("con", "hea"): lambda a, b: "over" in b.tags,
    ("con", "cha"): lambda a, b: "cable" in b.tags,
    ("cam", "len"): lambda a, b: a.attrs["mount"] == b.attrs["mount"],
    ("cam", "sto"): lambda a, b: (a.attrs["card"] == "SD" and "sd" in b.tags) or (a.attrs["card"] == "microSD" and "micro" in b.tags),
    ("cam", "bag"): lambda a, b: "camera" in b.tags,
    ("len", "cam"): lambda a, b: a.attrs["mount"] == b.attrs["mount"],
    ("len", "bag"): lambda a, b: "camera" in b.tags,
    ("pri", "rou"): lambda a, b: "label" not in a.tags and "single" in b.tags,
    ("rou", "smh"): lambda a, b: "hub" not in b.tags,
    ("rou", "sto"): lambda a, b: "nas" in b.tags,
    ("sto", "cha"): lambda a, b: "ssd" in a.tags and "cable" in b.tags,
    ("sto", "bag"): lambda a, b: "case" in b.tags,
    ("smh", "smh"): lambda a, b: a.attrs["radio"] == b.attrs["radio"] and a.kind != b.kind,
    ("fan", "smh"): lambda a, b: "thermo" in b.tags,
    ("hum", "smh"): lambda a, b: "thermo" in b.tags,
    ("air", "smh"): lambda a, b: "thermo" in b.tags,
    ("vac", "smh"): lambda a, b: "robot" in a.tags and "cam" in b.tags,
    ("lam", "smh"): lambda a, b: a.attrs["supply"] == "mains" and "plug" in b.tags,
    ("kit", "smh"): lambda a, b: a.tags & {"rice", "slow", "egg"} and "plug" in b.tags,
    ("cof", "cof"): lambda a, b: ("espresso" in a.tags or "drip" in a.tags) and "grinder" in b.tags,
    ("lam", "chr"): lambda a, b: "study" in a.tags and b.tags & {"task", "kids", "ergo"},
}


def inches(product, key):
    value = product.attrs[key].split()[0]
    return float(value) if value[0].isdigit() else 0.0


class Product:
    def __init__(self, cat, number, spec):
        self.id, self.cat, self.spec = f"{cat.prefix}-{number:04d}", cat, spec
        self.tags, self.attrs, self.kind = spec["tags"], spec["attrs"], spec["name"]
        self.related = []

    def record(self):
        out = {"kind": "product", "id": self.id, "title": self.title, "title_zh": self.title_zh,
               "description": self.text, "description_zh": self.text_zh, "brand": self.brand,
               "category": self.cat.en, "category_zh": self.cat.zh, "price": self.price, "currency": "CNY",
               "attributes": self.attrs}
        if self.related:
            out["related"] = self.related
        out["popularity"] = self.popularity
        return out


def shelf_price(value, rng):
    """A price a shop would print: it ends in 9 and sits near the calculated value."""
    value *= rng.uniform(0.93, 1.09)
    step = 100 if value >= 2000 else 10
    return float(max(step, round(value / step) * step) - 1)


def fill(sentence, attrs, value_of):
    def put(match):
        key = match.group(1)
        if key.endswith("_raw"):
            return attrs[key[:-4]]
        return value_of(attrs[re.sub("_(en|zh)$", "", key)])
    return re.sub(r"\{(\w+)\}", put, sentence)


def tidy_en(text):
    """A 14-inch, but an 8-inch and an 18 W; a 6-litre tank, but 6 litres of water."""
    text = re.sub(r"\b([Aa]n?) ([\d.]+) litres? ", r"\1 \2-litre ", text)
    text = re.sub(r"(\d) sheets tray", r"\1-sheet tray", text)
    return re.sub(r"\b([Aa]) (?=8|(?:11|18)(?:[^\d,]|$))", r"\1n ", text)


def tidy_zh(text):
    """One space between Chinese and figures or Latin letters, none beside punctuation."""
    text = re.sub(r"(?<=[\u4e00-\u9fff])(?=[0-9A-Za-z])", " ", text)
    text = re.sub(r"(?<=[0-9A-Za-z%°])(?=[\u4e00-\u9fff])", " ", text)
    return re.sub(r"(?<=[，。、；：？！]) +| +(?=[，。、；：？！])|(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])", "", text).strip()


def describe(product, rng, used, seen):
    """Join opening, need, detail and note; prefer sentences used least so far."""
    pools = product.cat.pools
    for attempt in range(60):
        plan = ["open", "need", "detail", "note"]
        if rng.random() < 0.3:
            plan[2:3] = ["need"] if rng.random() < .6 else ["need", "detail"]
        elif attempt > 15:
            plan[2:3] = ["detail", "detail"]
        if "colour" in product.attrs and rng.random() < 0.4:
            plan.insert(-1, "colour")
        chosen = []
        for pool in plan:
            options = [s for s in pools[pool] if fits(s[0], product.tags) and s not in chosen]
            if options:
                chosen.append(min(options, key=lambda s: (used[s[1]] + attempt * rng.random() * 3, rng.random())))
        en = tidy_en(" ".join(fill(s[1], product.attrs, en_value) for s in chosen))
        zh = tidy_zh("".join(fill(s[2], product.attrs, zh_value) for s in chosen))
        if en not in seen and zh not in seen:
            used.update(s[1] for s in chosen)
            seen.update((en, zh))
            return en, zh
    raise RuntimeError(f"no fresh description for {product.id}")


def series(rng, cat, taken):
    while True:
        brand, line = rng.choice(cat.brands), rng.choice(cat.lines)
        suffix = rng.choice(["", "", " Pro", " S", " Plus", " Air", " Lite"]) if cat.prefix in ("pho", "tab", "hea", "wat", "spe") else ""
        model = f"{line} {rng.randrange(2, 10) * rng.choice([1, 1, 10, 100])}{suffix}"
        if (brand, model) not in taken:
            taken.add((brand, model))
            return brand, model


def build(seed):
    rng, products, seen, taken = random.Random(seed), [], set(), set()
    for cat in CATEGORIES:
        used = Counter()
        for number in range(1, cat.count + 1):
            p = Product(cat, number, cat.spec(rng))
            p.brand, model = series(rng, cat, taken)
            p.title = f"{p.brand} {model} {p.spec['name']}, {p.spec['head']}"
            p.title_zh = f"{BRANDS[p.brand]} {model} {p.spec['name_zh']} {p.spec['head_zh']}"
            p.price = shelf_price(p.spec["price"], rng)
            p.popularity = round(min(0.99, 0.03 + rng.betavariate(1.2, 4.2)), 2)
            p.text, p.text_zh = describe(p, rng, used, seen)
            products.append(p)
    relate(products, rng)
    return products


def relate(products, rng):
    shelf = {}
    for p in products:
        shelf.setdefault(p.cat.prefix, []).append(p)
    for p in products:
        for prefix in p.cat.goes_with:
            test = COMPATIBLE.get((p.cat.prefix, prefix), lambda a, b: True)
            options = [b for b in shelf[prefix] if b is not p and test(p, b)]
            # Accessories cost less than the thing they serve; partners such as lens and camera may not.
            cheaper = [b for b in options if b.price <= p.price * 0.7]
            options = cheaper or (options if prefix in ("len", "cam", "tvs", "mon", "cof") else [])
            same = [b for b in options if b.brand == p.brand]
            if options and rng.random() < 0.8:
                pool = same if same and rng.random() < 0.4 else options
                p.related.append(max(rng.sample(pool, min(5, len(pool))), key=lambda b: b.popularity).id)

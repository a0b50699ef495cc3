# SPDX-License-Identifier: Apache-2.0
"""Simulates shoppers: sessions around a need, complements, popularity and a little noise."""
import random
from datetime import datetime, timedelta, timezone

USERS, SESSIONS, BOTS = 1500, 5700, 5
START, DAYS = datetime(2026, 7, 1, tzinfo=timezone.utc), 92

# Households come with a few needs: the categories that people of one sort shop in.
PERSONAS = [
    (14, "student", "lap tab hea lam key mou bag ere"), (12, "office", "lap mon key mou chr lam pri cof"),
    (9, "photographer", "cam len sto bag lap mon"), (11, "player", "mon con hea key mou tvs chr"),
    (13, "new home", "tvs vac kit rou smh fan air"), (11, "parent", "air hum kit vac pri wat tab"),
    (9, "commuter", "pho hea pow cha wat ere"), (8, "cook", "kit cof vac smh"),
    (7, "music lover", "spe hea tvs prj"), (6, "runner", "wat hea pho pow"),
]
HOURS = [2, 1, 1, 1, 1, 1, 2, 4, 5, 6, 6, 6, 8, 7, 5, 5, 5, 6, 7, 9, 11, 12, 10, 6]  # local hour weights
# What tends to follow in the same basket, beyond the accessories named on the product.
COMPLEMENTS = {"lap": "bag mou", "cam": "len sto bag", "pho": "cha pow", "tvs": "spe", "mon": "key mou", "cof": "kit", "air": "hum", "rou": "smh",
               "key": "mou", "chr": "lam", "vac": "air", "prj": "spe", "con": "hea", "tab": "key", "len": "bag", "wat": "hea"}


def simulate(products, seed):
    rng = random.Random(seed)
    by_id = {p.id: p for p in products}
    shelf = {}
    for p in products:
        shelf.setdefault(p.cat.prefix, []).append(p)
    median = {c: sorted(x.price for x in ps)[len(ps) // 2] for c, ps in shelf.items()}
    users = []
    for n in range(1, USERS + 1):
        persona = rng.choices(PERSONAS, [p[0] for p in PERSONAS])[0]
        users.append((f"u-{n:04d}", persona[2].split(), rng.lognormvariate(0, 0.45), rng.paretovariate(1.6)))
    raw, session = [], 0

    def pick(prefix, budget, count):
        ps = shelf[prefix]
        near = [p.popularity ** 2.4 / (1 + 2.5 * abs(p.price / median[prefix] - budget)) for p in ps]
        out = []
        for p in rng.choices(ps, near, k=count * 2):
            if p not in out:
                out.append(p)
        return out[:count]

    def moment():
        day = START + timedelta(days=rng.randrange(DAYS))
        local = rng.choices(range(24), HOURS)[0]
        return day + timedelta(hours=(local - 8) % 24, seconds=rng.randrange(3600))

    for user, needs, budget, _ in users + rng.choices(users, [min(u[3], 8) for u in users], k=SESSIONS - USERS):
        session += 1
        at, name, cart = moment(), f"s-{session:05d}", []
        need = rng.choice(needs) if rng.random() < .9 else rng.choice(list(shelf))

        def log(kind, p):
            nonlocal at
            raw.append((at, kind, user, name, p.id))
            at += timedelta(seconds=rng.randrange(8, 160))

        seen = pick(need, budget, rng.choice([1, 2, 3, 3, 4, 5]))
        for p in seen:
            log("view", p)
        if rng.random() < .55:
            main = rng.choice(seen[-2:])
            log("cart", main)
            cart.append(main)
            extras = [by_id[i] for i in main.related if rng.random() < .75]
            for prefix in COMPLEMENTS.get(need, "").split():
                if rng.random() < .15:
                    extras += pick(prefix, budget, 1)
            for p in dict.fromkeys(extras):
                log("view", p)
                if rng.random() < .62:
                    log("cart", p)
                    cart.append(p)
            if rng.random() < .5:
                for p in cart:
                    log("purchase", p)
        elif rng.random() < .25:  # drifts away to something unrelated
            log("view", rng.choice(products))
    for bot in range(BOTS):  # crawlers: many views, steady pace, no taste
        session += 1
        at, at_step = moment(), rng.choice([1, 2, 3])
        for p in rng.sample(products, 120):
            raw.append((at, "view", f"u-{USERS + bot + 1:04d}", f"s-{session:05d}", p.id))
            at += timedelta(seconds=at_step)
    raw.sort()
    return [{"kind": "event", "id": f"ev-{n:06d}", "type": kind, "user": user, "session": name, "product": product,
             "at": at.strftime("%Y-%m-%dT%H:%M:%SZ")} for n, (at, kind, user, name, product) in enumerate(raw, 1)]

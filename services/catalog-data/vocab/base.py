# SPDX-License-Identifier: Apache-2.0
"""Building blocks shared by the category modules."""
import re

from .needs import COLOURS_ZH

# Invented brand names: English name -> name used in Chinese text.
BRANDS = {
    "Orvantis": "欧凡蒂", "Lumeqo": "鹿觅", "Tavrin": "塔弗林", "Quillmere": "奎墨",
    "Hestovar": "赫斯托", "Nuvabryn": "努宾", "Kelpwyn": "凯普温", "Zephandra": "泽芬",
    "Brackenfil": "布菲", "Ostrevane": "奥泽文", "Veltamoor": "韦塔摩", "Pyxoria": "皮索",
    "Dunmarrow": "敦玛", "Calvessine": "卡薇辛", "Fennivolt": "芬尼伏", "Harrowlyn": "哈洛林",
    "Iskardo": "伊斯卡", "Jorvendal": "约文达", "Mirrowen": "米罗恩", "Noctavale": "夜谷",
    "Pellucet": "佩卢", "Rundevik": "伦德维", "Solvabrook": "索溪", "Thistlune": "蓟月",
    "Umbrisol": "影阳", "Wexlandor": "韦兰多", "Yarrowind": "蓍风", "Zintolma": "辛托玛",
    "Aldermoque": "桤木客", "Bexandral": "贝珊", "Corvalume": "鸦光", "Drennovar": "德伦诺",
    "Elphaquin": "艾法昆", "Glimsworth": "格林沃", "Halcyvane": "翠凡", "Ixoluna": "伊索月",
}

COLOURS = list(COLOURS_ZH)


class Item(dict):
    """One drawn specification: name, headline, price, tags and attributes."""


def item(name, name_zh, head, head_zh, price, tags="", **attrs):
    return Item(name=name, name_zh=name_zh, head=head, head_zh=head_zh, price=price,
                tags=set(tags.split()), attrs={k: str(v) for k, v in attrs.items()})


class Cat:
    """A category: how many products, who makes them, how they are drawn and described."""

    def __init__(self, prefix, en, zh, count, brands, lines, spec, text, goes_with=""):
        self.prefix, self.en, self.zh, self.count = prefix, en, zh, count
        self.brands, self.lines, self.spec = brands.split(), lines.split(), spec
        self.pools = parse_pools(text)
        self.goes_with = goes_with.split()


def parse_pools(text):
    """Read `[pool]` headings and `tags> english | chinese` lines.

    Tags are joined by `+`; `!tag` means the tag must be absent; `*` fits every product.
    """
    pools, current = {}, None
    for raw in text.strip().splitlines():
        line = raw.strip()
        if not line:
            continue
        if line.startswith("["):
            current = pools.setdefault(line.strip("[]"), [])
            continue
        tags, rest = line.split("> ", 1)
        en, zh = rest.split(" | ")
        current.append((tags.strip(), en.strip(), zh.strip()))
    return pools


def fits(condition, tags):
    if condition == "*":
        return True
    for part in condition.split("+"):
        if part.startswith("!"):
            if part[1:] in tags:
                return False
        elif part not in tags:
            return False
    return True


_EN = [(r"^([\d.]+) in$", r"\1-inch"), (r" h$", " hours"), (r" min$", " minutes"), (r" L$", " litres"),
       (r" m²$", " square metres"), (r" m$", " metres"), (r"^(\d+) s$", r"\1 seconds"),
       (r"^(\d) x ([\d.]+) Gbit/s$", r"\1 network ports at \2 Gbit/s")]
_ZH = [(r" in$", " 英寸"), (r" h$", " 小时"), (r" min$", " 分钟"), (r" L$", " 升"), (r" m²$", " 平方米"),
       (r" m$", " 米"), (r"^(\d+)x$", r"\1 倍"), (r" cm$", " 厘米"), (r" mm$", " 毫米"), (r" ml$", " 毫升"), (r" kg$", " 公斤"),
       (r" g$", " 克"), (r" dB$", " 分贝"), (r" days$", " 天"), (r" months$", " 个月"), (r" bar$", " 巴"),
       (r" s$", " 秒"), (r" years$", " 年"),
       (r"^(\d) x ([\d.]+) Gbit/s$", r"\1 个 \2G 网口"), (r" labels/min$", " 张/分钟"), (r" pages/min$", " 页/分钟"), (r" sheets$", " 张"), (r" lumens$", " 流明")]

# Attribute words that appear inside Chinese sentences.
WORDS_ZH = {
    "recycled polyester": "再生涤纶", "waxed canvas": "打蜡帆布", "nylon": "尼龙", "felt": "毛毡",
    "PC, phones": "电脑、手机", "PC, TV boxes": "电脑、电视盒子", "PC": "电脑", "phones": "手机",
    **COLOURS_ZH,
}


def spoken(value, rules):
    for pattern, replacement in rules:
        out = re.sub(pattern, replacement, value)
        if out != value:
            return out
    return value


def en_value(value):
    return spoken(value, _EN)


def zh_value(value):
    if value in WORDS_ZH:
        return WORDS_ZH[value]
    return spoken(value, _ZH)

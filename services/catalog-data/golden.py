# SPDX-License-Identifier: Apache-2.0
"""Golden checks: what a shopper would type, and what a good guide should find.

A search expects any product that truly meets the need. The need is stated as a test on category, tags, attributes and
price - not on the words of the description - so the check does not reward copying.
"""
from products import inches


def number(p, key):
    return float(p.attrs[key].split()[0])


# (language, query, category, test)
SEARCHES = [
    ("en", "lightweight laptop for a commuter, under 1.2 kg", "lap", lambda p: number(p, "weight") < 1.2),
    ("en", "gaming laptop big screen", "lap", lambda p: "game" in p.tags and inches(p, "screen") >= 16),
    ("en", "notebook for editing photos with lots of memory", "lap", lambda p: number(p, "memory") >= 32),
    ("zh", "学生用的便宜笔记本电脑", "lap", lambda p: p.price < 4500),
    ("zh", "剪视频用的笔记本", "lap", lambda p: "create" in p.tags),
    ("zh", "给奶奶用的手机", "pho", lambda p: "senior" in p.tags),
    ("en", "phone that takes good photos at night", "pho", lambda p: "photo" in p.tags),
    ("en", "small phone I can use with one hand", "pho", lambda p: "small" in p.tags),
    ("en", "headphones that block aeroplane noise", "hea", lambda p: "anc" in p.tags),
    ("zh", "跑步戴的不入耳耳机", "hea", lambda p: "open" in p.tags),
    ("en", "robot vacuum low enough for under the sofa", "vac", lambda p: "flat" in p.tags),
    ("zh", "家里有猫，用什么扫地机器人", "vac", lambda p: "robot" in p.tags),
    ("zh", "洗地机 吸拖一体", "vac", lambda p: "wet" in p.tags),
    ("en", "air purifier for cat hair and litter smell", "air", lambda p: "pet" in p.tags),
    ("zh", "宝宝房间用的静音空气净化器", "air", lambda p: number(p, "noise") < 30 and p.tags & {"room", "pet"}),
    ("en", "tablet I can draw on with a pen", "tab", lambda p: "pen" in p.tags),
    ("zh", "孩子用的平板，摔不坏", "tab", lambda p: "kid" in p.tags),
    ("en", "one cable USB-C monitor for my laptop", "mon", lambda p: "usbc" in p.tags),
    ("zh", "带鱼屏显示器", "mon", lambda p: "wide" in p.tags),
    ("en", "left-handed mouse", "mou", lambda p: "left" in p.tags),
    ("zh", "打字声音小的无线键盘", "key", lambda p: {"quiet", "wl"} <= p.tags),
    ("en", "printer that scans and prints on both sides", "pri", lambda p: {"duplex", "scan"} <= p.tags),
    ("zh", "不用天天打印，放久了也不堵头的打印机", "pri", lambda p: "laser" in p.tags),
    ("en", "wifi for a two-storey house with thick walls", "rou", lambda p: "mesh" in p.tags),
    ("zh", "拍人像的大光圈定焦镜头", "len", lambda p: {"prime", "fast"} <= p.tags),
]

# (language, paraphrase, question in the catalogue)
QUESTIONS = [
    ("en", "If I order today, what day does it reach Chengdu?", "How long does delivery take?"),
    ("en", "Above what amount do you not charge for postage?", "How much does shipping cost?"),
    ("zh", "我不在家的话，快递放哪儿？", "What if nobody is home?"),
    ("zh", "六楼没有电梯，电视能给搬上来吗？", "Do you carry large items upstairs?"),
    ("en", "I do not want these headphones any more, they are still sealed. May I return them?", "Can I return something I do not like?"),
    ("en", "How many days before the refunded money is on my card?", "When do I get my money back?"),
    ("zh", "昨天刚买今天就降了两百，能退差额吗？", "The price dropped after I bought it. Can I get the difference?"),
    ("zh", "把外包装丢掉了，还能不能退？", "I threw away the box. Can I still return it?"),
    ("en", "Can I spread the cost over six months?", "Can I pay in instalments?"),
    ("zh", "能不能等拿到货再付钱？", "Can I pay when the goods arrive?"),
    ("en", "My accountant needs a VAT bill made out to our firm", "Can I get an invoice in my company's name?"),
    ("zh", "发票上的税号写错了，重新开一张要多久？", "I entered the wrong tax number. Can you correct it?"),
    ("en", "If I swap the memory myself, do I lose the guarantee?", "Does opening the device void the warranty?"),
    ("zh", "手机用了八个月，电池一天要充三次，给换吗？", "Is the battery covered by the warranty?"),
    ("en", "I knocked a glass of juice onto my notebook, help", "My laptop got wet. What should I do?"),
    ("zh", "吸尘器最近吸不起东西，是不是坏了？", "Why does my vacuum cleaner lose suction?"),
    ("en", "Is there a way to have a real employee answer me?", "How can I reach a person?"),
    ("zh", "我不想让你们根据我看过的东西给我推荐", "How do recommendations work?"),
    ("en", "Does somebody look at the video from the camera in my living room?", "Do smart cameras send pictures to you?"),
    ("zh", "用了三年的旧笔记本可以折价换台新的吗？", "How does trade-in work?"),
    ("en", "What does it mean when earphones say they have noise cancelling?", "What does ANC mean?"),
    ("zh", "后期修片的电脑，内存 16 还是 32？", "How much memory do I need for photo editing?"),
    ("en", "We sit about two and a half metres away, how many inches of television?", "How large a TV should I buy?"),
    ("zh", "沙发底下只有九厘米，扫地机器人能进去吗？", "How low a sofa can a robot vacuum clean under?"),
    ("en", "Does a K2 lens go on an E1 camera?", "Will this lens fit my camera?"),
]

UNKNOWN = [
    ("en", "Will it rain in Chengdu on Saturday?"),
    ("en", "Who is going to win the football cup this year?"),
    ("en", "Which company's shares should I put my savings in?"),
    ("en", "What did my neighbour order last week?"),
    ("en", "How many strawberries grow on one plant?"),
    ("zh", "明天早上八点的高铁还有票吗？"),
    ("zh", "我头疼两天了该吃什么药？"),
    ("zh", "你们仓库主管的生日是哪天？"),
    ("zh", "帮我把这段法语合同翻译一下"),
    ("zh", "明年房价会涨还是跌？"),
]


def checks(goods, replies):
    out = []
    for lang, query, prefix, test in SEARCHES:
        ids = [p.id for p in goods if p.cat.prefix == prefix and test(p)]
        out.append({"kind": "search", "q": query, "lang": lang, "expect_any": ids, "k": 10})
    by_question = {a["question"]: a["id"] for a in replies}
    for lang, query, question in QUESTIONS:
        out.append({"kind": "question", "q": query, "lang": lang, "expect": by_question[question]})
    out += [{"kind": "unknown", "q": query, "lang": lang} for lang, query in UNKNOWN]
    return out

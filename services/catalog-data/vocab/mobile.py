# SPDX-License-Identifier: Apache-2.0
"""Phones, watches, power banks, chargers, e-readers and bags."""
from .base import COLOURS, Cat, item


def phone(r):
    kind = r.choice(["small", "photo", "long", "basic", "senior", "photo", "long"])
    size = {"small": ["5.8", "6.0"], "photo": ["6.5", "6.7"], "long": ["6.6", "6.8"], "basic": ["6.3", "6.5"], "senior": ["6.5"]}[kind]
    gb = r.choice({"basic": [64, 128], "senior": [64, 128]}.get(kind, [128, 256, 512]))
    mah = {"small": 4000, "long": 5800}.get(kind, 4800) + r.randrange(0, 7) * 100
    price = {"small": 2600, "photo": 3600, "long": 1700, "basic": 850, "senior": 950}[kind] + gb * 2.4
    name = {"senior": ("Easy Phone", "长辈智能手机"), "photo": ("Camera Phone", "影像手机")}.get(kind, ("Phone", "手机"))
    size = r.choice(size)
    return item(*name, f"{size} in, {gb} GB", f"{size} 英寸 {gb}GB", price, kind, screen=f"{size} in", storage=f"{gb} GB",
                battery=f"{mah} mAh", camera=f"{r.choice([50, 64, 108])} MP", weight=f"{int(float(size) * 29 + r.randrange(0, 14))} g",
                charging=f"{r.choice([18, 25, 33, 45, 67])} W", water=r.choice(["splash proof", "IP67", "IP68"]), colour=r.choice(COLOURS))


PHONE = """
[open]
*> A {screen} phone with {storage} of space and a {battery} battery. | {screen}手机，{storage} 空间，{battery} 电池。
small> A genuinely small {screen} phone, {weight} in the hand. | 真正的小屏手机，{screen}，拿在手里只有 {weight}。
photo> A {camera} main camera with a steady lens leads this {screen} phone. | {camera} 防抖主摄，是这台{screen}手机的看家本领。
long> Built around its {battery} battery: two days between charges for most people. | {battery} 大电池打底，多数人两天一充。
[need]
small> One thumb reaches every corner, and it fits the front pocket of tight jeans. | 单手能点到每个角，紧身牛仔裤的前袋也放得下。
photo> Children and pets stay sharp indoors, where other phones blur. | 室内拍孩子、拍宠物，抓得住、不容易糊。
photo> Night streets keep their colour without looking like noon. | 夜景有层次，不会拍成大白天。
long> Couriers and field workers finish a shift with charge to spare. | 跑外勤、送快递，下班时还有余电。
long> Take it hiking: maps can run all day. | 带去徒步，开一整天导航也够。
basic> A fair choice as a first phone or a spare for travel. | 当学生的第一台手机或出差备用机都合适。
basic> Payments, chat, maps and video run without fuss at a modest price. | 付款、聊天、导航、刷视频都顺畅，价格不高。
senior> Large icons, a loud speaker and a help button that calls the family. | 图标大、声音响，一键就能呼叫家人。
senior> Reads messages aloud and blocks known scam numbers. | 消息可以读给老人听，还能拦截已知的诈骗电话。
[detail]
*> Charges at up to {charging} over USB-C. | USB-C 充电，最高 {charging}。
*> Two SIM cards, one of which may be electronic. | 双卡双待，其中一张可用电子卡。
*> Security updates for four years. | 四年安全更新。
*> The screen stays legible in noon sun. | 正午太阳底下也看得清屏幕。
[note]
*> No charger in the box. | 盒内不含充电头。
*> A clear case is included. | 附送透明保护壳。
*> Wired headphones need a USB-C adapter. | 有线耳机需要 USB-C 转接头。
*> The battery can be replaced at our service points. | 电池可在服务点更换。
"""


def watch(r):
    kind = r.choice(["sport", "sport", "daily", "daily", "kids", "slim"])
    mm = r.choice({"sport": [45, 47, 49], "daily": [41, 43, 45], "kids": [38, 40], "slim": [36, 38]}[kind])
    days = {"sport": 12, "daily": 6, "kids": 2, "slim": 5}[kind] + r.randrange(0, 6)
    name = {"sport": ("GPS Sports Watch", "GPS 运动手表"), "daily": ("Smart Watch", "智能手表"),
            "kids": ("Kids Watch", "儿童手表"), "slim": ("Slim Smart Watch", "纤薄智能手表")}[kind]
    price = {"sport": 1100, "daily": 650, "kids": 420, "slim": 720}[kind] + days * 25 + r.randrange(0, 8) * 50
    return item(*name, f"{mm} mm", f"{mm} 毫米", price, kind, case=f"{mm} mm", battery=f"{days} days",
                water="5 ATM" if kind != "sport" else "10 ATM", weight=f"{mm - 12 + r.randrange(0, 9)} g",
                strap=r.choice(["silicone", "woven nylon", "leather"]) if kind != "kids" else "silicone", colour=r.choice(COLOURS))


WATCH = """
[open]
*> A {case} watch weighing {weight}, with about {battery} of battery life. | {case}表盘，重 {weight}，续航约 {battery}。
sport> Dual-band positioning in a {case} case that lasts {battery}. | 双频定位，{case}表壳，续航 {battery}。
slim> A slender {case} case that slides under a shirt cuff. | {case}纤薄表壳，衬衫袖口一拉就盖住。
[need]
sport> Marathon training plans, lap counting and heart rate that holds up in sprints. | 有马拉松训练计划，游泳自动计趟，冲刺时心率也跟得上。
sport> Trail runners can load a route and walk back the way they came. | 越野跑可导入路线，迷路了原路返航。
daily> Tracks sleep without being bulky in bed, and wakes you by vibration. | 戴着睡觉不硌手，震动叫醒不吵枕边人。
daily> Glance at messages in meetings without taking out the phone. | 开会时抬腕就能看消息，不必掏手机。
kids> Parents see the way to school; a class mode silences games. | 上下学路线家长看得到，上课模式自动禁用游戏。
kids> Calls only the numbers a parent has saved. | 只能拨打家长存好的号码，陌生来电进不来。
slim> Small wrists finally get a watch that does not overhang. | 手腕细的人，终于有一块不超出腕宽的表。
slim> Cycle tracking and a stress reminder come without a subscription. | 生理周期记录和压力提醒，不用订阅付费。
[detail]
*> Water resistance of {water} covers the pool. | 防水 {water}，下泳池没问题。
*> Straps swap without tools. | 表带免工具快拆。
*> The screen lifts its brightness in sunlight. | 阳光下屏幕自动提亮。
[note]
*> Readings are for reference, not diagnosis. | 健康数据仅供参考，不作诊断依据。
*> Magnetic charging cable included. | 附磁吸充电线。
*> Works with both common phone systems. | 两大手机系统都支持。
"""


def power_bank(r):
    mah = r.choice([5000, 10000, 10000, 20000, 25000])
    w = r.choice({5000: [15, 20], 10000: [20, 30, 45], 20000: [45, 65], 25000: [65, 100, 140]}[mah])
    mag = mah <= 10000 and r.random() < .45
    tags = f"{'mag ' if mag else ''}{'small' if mah <= 10000 else 'large'}{' laptop' if w >= 45 else ''}{' fly' if mah <= 25000 else ''}"
    return item("Magnetic Power Bank" if mag else "Power Bank", "磁吸充电宝" if mag else "充电宝", f"{mah} mAh {w} W", f"{mah}mAh {w}W",
                29 + mah / 180 + w * 1.5 + (40 if mag else 0), tags, capacity=f"{mah} mAh", output=f"{w} W",
                energy=f"{mah * 3.7 / 1000:.1f} Wh", weight=f"{int(mah / 52 + 25 + r.randrange(0, 20))} g",
                ports=r.choice(["1 USB-C", "1 USB-C, 1 USB-A", "2 USB-C, 1 USB-A"]), colour=r.choice(COLOURS))


POWER_BANK = """
[open]
*> {capacity} and up to {output} in a {weight} body. | {capacity}，最高 {output} 输出，重 {weight}。
small> A pocket battery of {capacity} with a soft-touch shell. | {capacity} 口袋电源，外壳触感细腻。
large> A travel battery with {capacity} and a small display showing percent left. | {capacity} 出行电源，小屏显示剩余百分比。
[need]
mag> Snaps to the back of the phone, so you can keep texting while it charges. | 往手机背后一吸就充，边充边聊不缠线。
mag> The magnet holds while you film at a concert. | 看演唱会举着手机录像也不会掉。
small> Fits an evening bag and rescues a phone on the way home. | 放得进手拿包，回家路上救手机一命。
small> Enough for a day in the hills with maps on. | 带去爬山，开一天导航也有底。
laptop> Powers a thin laptop through the last meeting of the day. | 能给轻薄本续命，撑完当天最后一个会。
large> A family of four can top up at the airport from one battery. | 一家四口在机场，靠这一块就能轮流充。
large> Camping weekends: lamp, phone and speaker stay alive. | 周末露营，灯、手机、音箱都不断电。
[detail]
fly> At {energy} it is within the usual cabin limit for flights. | 额定 {energy}，符合常见的随身登机限制。
*> Charges while being charged. | 支持边充边放。
*> Low-current mode for earphones and bands. | 小电流模式可给耳机、手环充电。
[note]
*> A short USB-C cable is included. | 附一根 USB-C 短线。
*> Carry it in hand luggage, never in the hold. | 乘机请随身携带，不可托运。
*> Cells are certified and the number is printed on the case. | 通过强制认证，编号印在机身上。
"""


def charger(r):
    kind = r.choice(["wall", "wall", "cable", "car", "stand", "multi"])
    w = r.choice({"wall": [20, 30, 45, 65, 100], "cable": [60, 100, 240], "car": [30, 45, 60], "stand": [15], "multi": [65, 100, 140]}[kind])
    name = {"wall": ("USB-C Charger", "USB-C 充电头"), "cable": ("USB-C Cable", "USB-C 数据线"), "car": ("Car Charger", "车载充电器"),
            "stand": ("Wireless Charging Stand", "无线充电支架"), "multi": ("Desktop Charger", "桌面多口充电器")}[kind]
    length = r.choice(["0.5 m", "1 m", "2 m", "3 m"]) if kind == "cable" else r.choice(["none", "1.5 m"])
    ports = {"wall": r.choice([1, 2]), "multi": r.choice([4, 5]), "car": 2}.get(kind, 1)
    price = {"wall": 39, "cable": 15, "car": 45, "stand": 109, "multi": 129}[kind] + w * (0.9 if kind != "cable" else 0.2) + ports * 8
    head = f"{w} W" + (f", {length}" if kind == "cable" else f", {ports} ports" if ports > 1 else "")
    head_zh = f"{w}W" + (f" {length.replace(' m', ' 米')}" if kind == "cable" else f" {ports} 口" if ports > 1 else "")
    return item(*name, head, head_zh, price, kind + (" lap" if w >= 65 and kind != "cable" else "") + (" multi2" if ports > 1 else ""),
                power=f"{w} W", cable=length, ports=ports, plug={"car": "12 V socket", "cable": "USB-C to USB-C"}.get(kind, "fixed two-pin"
                if kind == "wall" else "detachable cord"), colour=r.choice(COLOURS[:4]))


CHARGER = """
[open]
wall> A {power} wall charger smaller than a matchbox stack. | {power} 充电头，比两盒火柴还小。
wall> {power} from the wall, cool to the touch after an hour. | {power} 输出，连充一小时摸着也不烫手。
cable> A woven {cable} cable rated for {power}. | {cable}编织线，支持 {power}。
car> A {power} charger that sits flush in the car socket. | {power} 车充，插进点烟口几乎不凸出。
stand> Holds the phone upright and charges it at {power} through most cases. | 手机立着充，{power}，多数保护壳不用摘。
multi> {ports} outlets share {power} from one brick on the desk. | 一个充电坞 {ports} 个口，合计 {power}。
[need]
lap> Replaces the laptop's brick on business trips. | 出差可以顶替笔记本那块沉甸甸的电源。
wall> Reliable on the bedside, with no bright light to keep you awake. | 放床头正合适，没有刺眼的指示灯。
cable> Long journeys, short tempers: the collar does not crack where cheap ones do. | 接头处加厚，别的线容易断的地方它不裂。
cable> Moves data as well, for tablets and drives. | 充电之外也传数据，接平板、移动硬盘都行。
car> Two phones reach home full after the school run. | 接送孩子一个来回，两部手机都充满。
car> Keeps a navigation phone charging on a long drive. | 跑长途开着导航，电量也只升不降。
stand> See the clock and messages at night without lifting the phone. | 夜里看时间、看消息不用拿起手机。
multi> Clears the tangle of plugs behind a family sofa. | 沙发后面那一团插头，从此只剩一个。
multi> Phones, earphones, watch and tablet charge side by side. | 手机、耳机、手表、平板，一起充不用抢。
[detail]
*> Speaks the common fast-charging standards. | 兼容常见的快充协议。
*> Protected against overheating and short circuits. | 过热、短路都有保护。
multi2> Power is shared again when a second device is plugged in. | 插上第二台设备时会自动重新分配功率。
*> Works with phones, tablets and earphones alike. | 手机、平板、耳机通用。
[note]
*> Eighteen-month replacement warranty. | 十八个月质保，只换不修。
*> Recyclable paper packaging. | 可回收纸盒包装。
!cable> Cable sold separately unless listed. | 除非注明，数据线需另购。
cable> A strap keeps it coiled. | 自带束线带，收纳不打结。
"""


def ereader(r):
    size = r.choice(["6", "7", "7.8", "10.3"])
    gb = r.choice([16, 32, 64])
    pen = size == "10.3" or (size == "7.8" and r.random() < .4)
    colour_screen = r.random() < .3
    price = 380 + (float(size) - 6) * 330 + gb * 5 + (200 if pen else 0) + (250 if colour_screen else 0)
    tags = ("pen " if pen else "") + ("ink " if colour_screen else "mono ") + ("small" if float(size) < 7.5 else "large")
    return item("Note E-reader" if pen else "E-reader", "手写电纸书" if pen else "电子阅读器",
                f"{size} in, {gb} GB{', Colour' if colour_screen else ''}", f"{size} 英寸 {gb}GB{' 彩屏' if colour_screen else ''}", price, tags,
                screen=f"{size} in", storage=f"{gb} GB", weight=f"{int(float(size) * 27 + r.randrange(0, 25))} g",
                battery=f"{r.randrange(18, 45)} days", display="colour e-paper" if colour_screen else "black e-paper",
                water=r.choice(["IPX8", "none"]) if not pen else "none")


EREADER = """
[open]
*> A {screen} e-paper reader, {weight}, charged about once in {battery}. | {screen}墨水屏，{weight}，约 {battery} 充一次电。
ink> Soft colour e-paper on a {screen} page for comics and maps. | {screen}彩色墨水屏，漫画和地图的颜色柔和不刺眼。
[need]
small> Read in bed with one hand while your partner sleeps. | 躺床上单手看，暖光不打扰身边人睡觉。
small> The page looks like print on a sunny beach. | 海边大太阳底下，页面也像印刷品一样清楚。
large> Academic papers show a full page without zooming. | 论文整页显示，不用来回放大拖动。
large> Larger type for tired eyes, still with plenty of words per page. | 字号调大后每页仍有不少字，老花眼读着舒服。
pen> Write in the margins and send the notes to your laptop. | 页边随手批注，笔记可以导回电脑。
mono> No messages and no feeds, only the book: good for children learning to concentrate. | 没有消息推送，只有书，适合让孩子静心读书。
ink> Picture books and highlighted textbooks keep their meaning in colour. | 绘本和划过重点的课本，有颜色才看得明白。
[detail]
*> The light turns from cool to warm. | 前光冷暖可调。
*> Opens common book and document files without conversion. | 常见电子书和文档格式直接打开，不用转换。
*> {storage} holds thousands of novels. | {storage} 能装几千本小说。
*> Page-turn buttons work with gloves. | 实体翻页键，戴手套也能按。
[note]
ink> Colour screens look greyer than tablets. | 墨水屏显示偏淡，与平板观感不同。
*> Charging cable included. | 附充电线。
*> A cover that wakes it is sold separately. | 翻盖唤醒的保护套需另购。
*> Borrowed library books depend on your library's format. | 能否借阅图书馆电子书，取决于馆方格式。
"""


def bag(r):
    kind = r.choice(["pack", "pack", "sleeve", "brief", "camera", "case"])
    size = r.choice(["13.3 in", "14 in", "16 in"]) if kind not in ("camera", "case") else "none"
    litres = {"pack": r.choice([16, 20, 24]), "sleeve": 2, "brief": 10, "camera": r.choice([5, 12, 18]), "case": r.choice([1, 3])}[kind]
    name = {"pack": ("Laptop Backpack", "电脑双肩包"), "sleeve": ("Laptop Sleeve", "电脑内胆包"), "brief": ("Briefcase", "公文电脑包"),
            "camera": ("Camera Bag", "相机包"), "case": ("Cable Organiser", "数码收纳包")}[kind]
    fits_zh = size.replace(" in", " 英寸")
    price = {"pack": 149, "sleeve": 59, "brief": 189, "camera": 129, "case": 45}[kind] + litres * 5 + r.randrange(0, 6) * 20
    return item(*name, f"up to {size}" if size != "none" else f"{litres} L", f"适合 {fits_zh}" if size != "none" else f"{litres} 升", price, kind,
                fits=size, volume=f"{litres} L", weight=f"{120 + litres * 38 + r.randrange(0, 60)} g",
                material=r.choice(["recycled polyester", "waxed canvas", "nylon", "felt"]), colour=r.choice(COLOURS))


BAG = """
[open]
pack> A {volume} backpack with a padded sleeve for {fits} laptops. | {volume}双肩包，加厚隔层放得下{fits}笔记本。
sleeve> A close-fitting sleeve for {fits} laptops with a magnetic flap. | 贴合{fits}笔记本的内胆包，磁吸翻盖。
brief> A slim {fits} briefcase that stands up on its own. | {fits}轻薄公文包，放地上自己能立住。
camera> A {volume} camera bag with movable dividers. | {volume}相机包，隔板可随意调整。
case> A {volume} case that gives each cable its own loop. | {volume}收纳包，每根线都有自己的位置。
[need]
pack> Rain on the cycle home stays outside. | 骑车回家淋场雨，里面也是干的。
pack> Slides under an aeroplane seat and over a suitcase handle. | 能塞进飞机座位下，也能套在拉杆箱上。
sleeve> Goes into a tote so the laptop is not scratched by keys. | 放进帆布袋里，电脑不会被钥匙划花。
brief> Presentable at a client's table, roomy enough for lunch. | 见客户拿得出手，顺便还能装下午饭。
camera> One body and two lenses ride snugly, ready from the side. | 一机两镜妥帖收好，侧面一拉就能取机。
camera> Parents can add a bottle and a snack beside the camera. | 带娃出门，相机旁还塞得下水杯和零食。
case> Chargers stop knotting at the bottom of the bag. | 充电器再也不会在包底缠成一团。
[detail]
*> Made of {material_en}, {weight} empty. | 采用{material_zh}，空包重 {weight}。
*> Zips run smoothly and can be replaced. | 拉链顺滑，坏了可以换。
*> Lining is light, so small things are easy to find. | 浅色内衬，找小东西一眼看见。
[note]
*> Spot clean only. | 脏了请局部擦洗，不要机洗。
*> Five-year warranty on stitching. | 缝线质保五年。
pack> Measure thick gaming laptops first. | 厚重的游戏本请先量尺寸。
"""

CATS = [
    Cat("pho", "Phones", "手机", 100, "Lumeqo Nuvabryn Zephandra Ixoluna Halcyvane Tavrin", "Nova Ember Lark Strait Opal Pine", phone, PHONE,
        "cha pow hea wat"),
    Cat("wat", "Watches", "智能手表", 60, "Lumeqo Zephandra Ixoluna Rundevik", "Orbit Summit Tide Minute Relay", watch, WATCH, "cha hea"),
    Cat("pow", "Power Banks", "充电宝", 60, "Fennivolt Dunmarrow Halcyvane Bexandral", "Cell Reserve Brick Camp Spark", power_bank, POWER_BANK, "cha bag"),
    Cat("cha", "Chargers & Cables", "充电器与线材", 70, "Fennivolt Dunmarrow Bexandral Pellucet", "Current Node Strand Dock Volt", charger, CHARGER, "pow pho"),
    Cat("ere", "E-readers", "电子阅读器", 40, "Quillmere Pellucet Thistlune", "Page Margin Chapter Quire", ereader, EREADER, "lam cha"),
    Cat("bag", "Bags", "数码包袋", 60, "Wexlandor Brackenfil Harrowlyn Yarrowind", "Satchel Trail Carry Fold Nomad", bag, BAG, "pow cha"),
]

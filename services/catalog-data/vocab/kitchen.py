# SPDX-License-Identifier: Apache-2.0
"""Kitchen appliances and coffee machines."""
from .base import COLOURS, Cat, item


def kitchen(r):
    kind = r.choice(["rice", "kettle", "air", "blend", "micro", "toast", "slow", "oven", "hob", "egg"])
    litres = r.choice({"rice": [1.6, 3, 4, 5], "kettle": [0.8, 1.5, 1.7], "air": [3.5, 5, 6.5], "blend": [0.4, 1.2, 1.75], "micro": [20, 23, 25], "toast": [0],
                       "slow": [2.5, 4, 6], "oven": [25, 32, 42], "hob": [0], "egg": [0]}[kind])
    w = {"rice": 500, "kettle": 1500, "air": 1400, "blend": 400, "micro": 800, "toast": 750, "slow": 250, "oven": 1500, "hob": 2100, "egg": 350}[kind] + r.randrange(0, 5) * 50
    name = {"rice": ("Rice Cooker", "电饭煲"), "kettle": ("Electric Kettle", "电热水壶"), "air": ("Air Fryer", "空气炸锅"), "blend": ("Blender", "破壁料理机"),
            "micro": ("Microwave Oven", "微波炉"), "toast": ("Toaster", "烤面包机"), "slow": ("Slow Cooker", "电炖锅"), "oven": ("Countertop Oven", "台式电烤箱"),
            "hob": ("Induction Hob", "电磁炉"), "egg": ("Egg Cooker", "煮蛋器")}[kind]
    price = {"rice": 199, "kettle": 89, "air": 259, "blend": 169, "micro": 369, "toast": 109, "slow": 149, "oven": 299, "hob": 199, "egg": 39}[kind] + litres * 9 + r.randrange(0, 9) * 20
    head, head_zh = (f"{litres:g} L", f"{litres:g} 升") if litres else (f"{w} W", f"{w}W")
    return item(*name, head, head_zh, price, kind + (" solo" if kind in ("rice", "blend") and litres < 2 and litres < 1.7 else ""), power=f"{w} W",
                **({"capacity": f"{litres:g} L"} if litres else {}), width=f"{r.randrange(16, 30) if kind not in ('micro', 'oven') else r.randrange(42, 50)} cm",
                cleaning=r.choice(["dishwasher-safe parts", "rinse by hand", "removable inner pot"]) if kind in ("rice", "slow", "air", "blend") else "wipe clean",
                colour=r.choice(COLOURS))


KITCHEN = """
[open]
rice> A {capacity} cooker with a thick pot and {power} of even heat. | {capacity}电饭煲，厚釜，{power} 均匀加热。
kettle> Boils {capacity} quickly with {power}, seamless steel inside. | {capacity}容量，{power} 快速烧开，内胆一体无缝。
air> A {capacity} basket and {power} of moving hot air. | {capacity}炸篮，{power} 热风循环。
blend> A {capacity} jug with hardened blades, {power}. | {capacity}杯体，硬质刀组，{power}。
micro> A {capacity} microwave with one dial for time and one for power. | {capacity}微波炉，两个旋钮，一个管时间一个管火力。
toast> Two wide slots at {power} and a lift that reaches small slices. | 双宽槽，{power}，小片面包也能升起来拿。
slow> A {capacity} ceramic pot that simmers at {power}. | {capacity}陶瓷内胆，{power} 文火慢炖。
oven> A {capacity} oven with separate top and bottom heat. | {capacity}烤箱，上下火独立控温。
hob> A {power} hob only as thick as a cookbook. | {power} 电磁炉，机身只有一本菜谱厚。
egg> Steams eggs to soft, medium or firm at {power}. | {power} 蒸蛋，溏心到全熟都能选。
[need]
solo> Sized for one or two people, with little to wash up. | 一两个人用刚好，洗起来也省事。
rice> Porridge is ready at dawn if set the night before. | 睡前预约，天亮就有热粥。
rice> Grains stay separate and soft, even with brown rice. | 粒粒分明，糙米也能煮软。
kettle> Holds formula temperature through the night. | 恒温保着，半夜冲奶粉随手就倒。
kettle> Green tea at 80 degrees, coffee at 92. | 绿茶八十度、咖啡九十二度，分段可选。
air> Crisp chicken wings with a spoonful of oil. | 一小勺油，鸡翅外皮照样脆。
air> Reheats last night's pizza better than a microwave. | 隔夜披萨回热，比微波炉酥脆。
blend> Soy milk, baby purée and smoothies without lumps. | 豆浆、宝宝辅食、奶昔，细腻没渣。
blend> Crushes ice for summer drinks. | 夏天打冰沙，冰块也不在话下。
micro> Grandparents can work it without reading a manual. | 老人不用看说明书也会用。
micro> Warms milk and lunch boxes evenly. | 热牛奶、热饭盒，受热均匀。
toast> Breakfast before school, in two minutes. | 上学前两分钟，早餐就好。
slow> Bone broth and soups while everyone is out. | 出门上班，回家就有一锅骨头汤。
oven> Room for a chicken, a pizza or twenty biscuits. | 烤整鸡、披萨或一盘二十块饼干都行。
oven> Bread proofs inside at a gentle warmth. | 低温档能发面，做面包方便。
hob> Hot pot on the dining table, cleaned with one wipe. | 餐桌上涮火锅，吃完一抹就净。
hob> A second burner for a rented kitchen. | 租房厨房灶眼不够，它能添一个。
egg> Six eggs for a hurried family morning. | 早上赶时间，一次蒸六个全家够吃。
[detail]
*> Only {width} wide on the worktop. | 台面只占 {width}宽。
*> Cuts out by itself if it overheats. | 过热自动断电。
!toast+!kettle> The beep can be switched off. | 提示音可以关掉，不吵家人。
!hob+!toast+!micro+!kettle+!oven> Parts come apart without tools. | 不用工具就能拆洗。
[note]
!toast+!kettle+!egg+!micro> Recipe booklet in two languages. | 附中英双语食谱。
*> One-year replacement warranty. | 一年内有问题只换不修。
!kettle> Leave 10 cm around it for air. | 四周请留 10 厘米散热。
hob> Needs pans with a magnetic base. | 需使用能吸磁铁的平底锅。
"""


def coffee(r):
    kind = r.choice(["auto", "espresso", "espresso", "capsule", "drip", "grinder"])
    bar = r.choice([9, 15, 19]) if kind in ("auto", "espresso", "capsule") else 0
    tank = r.choice({"auto": [1.5, 1.8], "espresso": [1, 1.5, 2], "capsule": [0.6, 0.8], "drip": [0.6, 1.2], "grinder": [0.3]}[kind])
    name = {"auto": ("Bean-to-Cup Coffee Machine", "全自动咖啡机"), "espresso": ("Espresso Machine", "半自动意式咖啡机"), "capsule": ("Capsule Coffee Machine", "胶囊咖啡机"),
            "drip": ("Drip Coffee Maker", "滴滤咖啡机"), "grinder": ("Burr Grinder", "锥刀磨豆机")}[kind]
    price = {"auto": 2190, "espresso": 790, "capsule": 429, "drip": 189, "grinder": 259}[kind] + r.randrange(0, 14) * (60 if kind in ("auto", "espresso") else 20)
    return item(*name, f"{bar} bar" if bar else f"{tank:g} L", f"{bar} 巴" if bar else f"{tank:g} 升", price, kind + (" milk" if kind in ("auto", "espresso") else ""),
                **({"pressure": f"{bar} bar"} if bar else {}), **{"hopper" if kind == "grinder" else "tank": f"{tank:g} L"}, width=f"{ {'auto': 24, 'espresso': 15, 'capsule': 12, 'drip': 18, 'grinder': 13}[kind] + r.randrange(0, 9)} cm",
                **({"warm_up": f"{ {'auto': 40, 'espresso': 30, 'capsule': 20}[kind] + r.randrange(0, 6) * 3} s"} if bar else {}), colour=r.choice(COLOURS))


COFFEE = """
[open]
auto> Grinds, brews and froths at one touch; ready in {warm_up_en}. | 一键研磨、萃取、打奶泡，{warm_up_zh}预热好。
espresso> A {width} wide machine with {pressure_en} of pressure and a real steam wand. | {width}宽机身，{pressure}压力，带蒸汽棒。
capsule> A {width} wide machine that makes a cup in under a minute. | {width}宽小机身，一分钟内一杯。
drip> Brews {tank} of clear, gentle coffee. | 一次滴滤 {tank}，口感清澈柔和。
grinder> Steel burrs with thirty settings, from mocha pot to filter. | 钢制锥刀，三十档粗细，摩卡壶到手冲都行。
[need]
auto> Two people, two tastes: each keeps their own recipe. | 两个人两种口味，各存各的配方。
auto> Serves a small office without anyone playing barista. | 小办公室人手一杯，不用谁当咖啡师。
espresso> Learn latte art at the weekend in a narrow kitchen. | 窄厨房也放得下，周末在家练拉花。
espresso> Shots with proper crema for less than a month of café visits. | 出品油脂厚，省下一阵子的咖啡馆钱。
capsule> No mess before the morning train. | 赶早班地铁前来一杯，不用收拾。
capsule> Guests can manage it themselves. | 客人自己也会用。
drip> A pot for meetings and slow Sundays. | 开会一大壶，周末慢慢喝。
drip> Starts by timer, so the smell wakes you. | 定时开煮，被咖啡香叫醒。
grinder> Fresh beans for hand drip, ground without static. | 手冲现磨，几乎没有静电飞粉。
grinder> Quiet enough for early risers in a shared flat. | 合租早起磨豆，也不至于吵醒室友。
[detail]
milk> Milk parts rinse in a minute. | 奶路一分钟冲净。
!grinder> Switches itself off after 30 minutes. | 三十分钟不用自动关机。
*> Removable parts fit the sink easily. | 可拆部件，水槽里就能洗。
!grinder> The water tank lifts out from the side. | 水箱侧面抽取，加水方便。
[note]
!grinder> Descale every two months. | 建议两个月除一次垢。
auto> The grinder hums for eight seconds. | 研磨时约有八秒声响。
capsule> Fits the common small capsule size. | 适配常见小号胶囊。
*> Measuring spoon included. | 附量勺。
grinder> Brush the burrs once a week. | 每周用刷子清一次刀盘。
"""

CATS = [
    Cat("kit", "Kitchen Appliances", "厨房电器", 90, "Solvabrook Hestovar Calvessine Thistlune Harrowlyn", "Simmer Pantry Griddle Orchard Table", kitchen, KITCHEN, "smh"),
    Cat("cof", "Coffee Machines", "咖啡机", 60, "Brackenfil Solvabrook Umbrisol", "Crema Roast Daybreak Demitasse", coffee, COFFEE, "cof"),
]

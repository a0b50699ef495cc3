# SPDX-License-Identifier: Apache-2.0
"""Smart home, desk lamps, chairs, fans and heaters, humidifiers, air purifiers and vacuum cleaners."""
from .base import COLOURS, Cat, item


def smart(r):
    kind = r.choice(["bulb", "plug", "lock", "cam", "sensor", "bell", "curtain", "thermo"])
    name = {"bulb": ("Smart Bulb", "智能灯泡"), "plug": ("Smart Plug", "智能插座"), "lock": ("Smart Door Lock", "智能门锁"), "cam": ("Indoor Camera", "室内摄像机"),
            "sensor": ("Water Leak Sensor", "水浸传感器"), "bell": ("Video Doorbell", "可视门铃"), "curtain": ("Curtain Motor", "智能窗帘电机"),
            "thermo": ("Temperature and Humidity Sensor", "温湿度传感器")}[kind]
    price = {"bulb": 35, "plug": 45, "lock": 990, "cam": 169, "sensor": 49, "bell": 299, "curtain": 399, "thermo": 45}[kind] * r.choice([1, 1.3, 1.6])
    radio = r.choice(["Wi-Fi", "Zigbee", "Thread"]) if kind not in ("cam", "bell") else "Wi-Fi"
    batt = kind in ("lock", "sensor", "bell", "thermo")
    pack = r.choice([1, 1, 2, 4]) if kind in ("bulb", "plug", "sensor", "thermo") else 1
    return item(*name, f"{radio}{f', {pack}-Pack' if pack > 1 else ''}", f"{radio}{f' {pack} 只装' if pack > 1 else ''}", price * (1 + .85 * (pack - 1)),
                kind + (" batt" if batt else " mains") + (" hub" if radio != "Wi-Fi" else ""), radio=radio, pack=pack,
                power=f"{r.randrange(8, 25)} months" if batt else "mains", control="app, voice", hub="needed" if radio != "Wi-Fi" else "not needed")


SMART = """
[open]
bulb> A bulb that goes from candle warm to daylight white over {radio}. | {radio} 灯泡，从烛光暖黄到日光白都能调。
plug> Switches and measures any appliance over {radio}. | 接上 {radio}，普通电器也能远程开关、看用电量。
lock> Opens by fingerprint, code, card or key, and speaks {radio}. | 指纹、密码、门卡、钥匙都能开，支持 {radio}。
cam> A small camera with a shutter that closes when you are home. | 小巧摄像机，人在家时镜头自动合上。
sensor> A coin of plastic that shouts when it gets wet. | 硬币大小，一沾水就报警。
bell> Shows who is at the door before you get up. | 不用起身，先看清门口是谁。
curtain> Draws the curtains at sunrise, with a motor as quiet as a fridge. | 日出自动拉开窗帘，电机声跟冰箱差不多轻。
thermo> Reads temperature and humidity on a small paper-like screen. | 类纸小屏显示温度和湿度。
[need]
bulb> Brightens slowly on dark winter mornings. | 冬天早上慢慢变亮，起床没那么痛苦。
bulb> A faint light for night feeds. | 夜里喂奶，调到微光不刺眼。
plug> Turns the iron off when you are already on the bus. | 上了公交才想起熨斗没关？手机点一下。
plug> Starts the rice cooker before you reach home. | 到家之前，先让电饭煲煮上饭。
lock> Gives the cleaner a code that works on Tuesdays only. | 给钟点工设个只在周二有效的密码。
lock> Children come home without a key on a string. | 孩子放学不用再把钥匙挂脖子上。
cam> Check on the cat, or on a parent living alone. | 看看猫在干嘛，也能关照独居的爸妈。
sensor> Sits under the washing machine and saves the downstairs ceiling. | 放洗衣机下面，免得楼下天花板遭殃。
bell> Talk to the courier when nobody is home. | 没人在家也能跟快递员说一声。
curtain> Handy for tall windows and for people with sore shoulders. | 落地窗太高、肩膀不好抬手，用它省力。
sensor> A second home or a parent's flat is watched from afar. | 老家或爸妈家空着，漏水也能第一时间知道。
sensor> Place one by the heater, one beneath the sink. | 热水器旁一只、水槽下一只，心里踏实。
thermo> Keep an eye on a wine shelf, a guitar case or a reptile tank. | 酒柜、琴盒、爬宠箱的温湿度，随时看得到。
cam> A crying baby raises an alert on both parents' phones. | 宝宝一哭，爸妈两部手机都会收到提醒。
bell> Parcels left on the mat are recorded. | 快递放门口，有录像可查。
curtain> Closes by itself in the hot afternoon to spare the air conditioner. | 午后西晒自动拉上，空调也省电。
thermo> Tells the humidifier when the nursery gets dry. | 婴儿房一干燥，就让加湿器自动开。
[detail]
batt> Batteries last around {power}. | 电池大约能用 {power}。
*> Rules keep running when the internet is down. | 断网时本地自动化照常运行。
*> Shares with the family, with separate rights. | 可分享给家人，权限分开设。
*> Setup is a scan of the code on the leaflet. | 扫一下说明书上的码就能添加。
*> Works with the common voice assistants. | 主流语音助手都能控制。
*> No account is needed for basic use. | 基本功能不用注册账号。
[note]
hub> Needs a {radio} hub. | 需搭配 {radio} 网关。
!hub> Needs 2.4 GHz Wi-Fi. | 需 2.4GHz 无线网络。
lock> Check the door thickness: 40 to 110 mm. | 请先量门厚，适合 40 到 110 毫米。
*> Eighteen-month warranty, swapped rather than repaired. | 质保十八个月，只换不修。
*> Firmware stays supported for five years. | 固件承诺维护五年。
*> Screws and adhesive pads included. | 附螺丝和背胶。
"""


def lamp(r):
    kind = r.choice(["study", "study", "clip", "bar", "bed"])
    w = r.choice([5, 8, 12, 15]) if kind != "study" else r.choice([10, 14, 18])
    name = {"study": ("Desk Lamp", "护眼台灯"), "clip": ("Clip-On Lamp", "夹式台灯"), "bar": ("Monitor Light Bar", "屏幕挂灯"), "bed": ("Bedside Lamp", "床头灯")}[kind]
    supply = r.choice(["USB-C", "mains"]) if kind != "bar" else "USB-C"
    return item(*name, f"{w} W", f"{w}W", {"study": 149, "clip": 59, "bar": 129, "bed": 89}[kind] + w * 8 + r.randrange(0, 6) * 15, kind + (" usbc" if supply == "USB-C" else ""), power=f"{w} W",
                colour_temperature=r.choice(["2700-5000 K", "3000-5700 K"]), rendering=f"Ra {r.choice([90, 95, 97])}",
                height=f"{ {'study': 45, 'clip': 35, 'bar': 9, 'bed': 24}[kind] + r.randrange(0, 12)} cm", supply=supply, colour=r.choice(COLOURS))


LAMP = """
[open]
study> A {power} lamp with a wide head and {rendering} light. | {power} 宽灯头，显色 {rendering}，光线均匀。
clip> Grips a shelf or headboard and bends {height} in any direction. | 夹在书架、床头都行，{height}软管随意弯。
bar> Hangs on the monitor and lights the desk, not the screen. | 挂在显示器上，照桌面不照屏幕。
bed> A {height} bedside light that starts at a glimmer. | 高 {height}的床头灯，最低档只有一点微光。
[need]
study> Even light over homework, so small heads cast no shadow on the page. | 铺满整张作业本，孩子低头也没有阴影。
study> Painters and model makers see colours as they are. | 画画、做模型，颜色看得准。
clip> Dormitory bunks where nothing may be screwed to the wall. | 宿舍上下铺不能打孔，夹上就亮。
clip> Lights a keyboard piano or sewing machine. | 照琴谱、照缝纫机都顺手。
bar> Frees a small desk and spares the eyes in late calls. | 不占桌面，晚上加班开会眼睛也轻松。
bar> No glare on the screen while writing at night. | 夜里写东西，屏幕上没有反光。
bed> Feeding a baby at three in the morning, without fully waking. | 凌晨三点喂奶，不至于彻底清醒。
bed> Touch anywhere on the base in the dark. | 摸黑碰一下底座就亮。
[detail]
*> Warm to cool from {colour_temperature}, without flicker. | 色温 {colour_temperature} 可调，无频闪。
*> Remembers the last setting. | 记得上次的亮度和色温。
*> A timer reminds you to rest after 40 minutes. | 四十分钟提醒休息一次。
[note]
*> LEDs rated for ten years of evenings. | 灯珠寿命按每晚使用算约十年。
usbc> USB-C powered; adapter not included. | USB-C 供电，不含适配器。
*> Cleans with a dry cloth. | 干布擦拭即可。
"""


def chair(r):
    kind = r.choice(["ergo", "ergo", "task", "kids", "game", "lounge"])
    load = {"ergo": 130, "task": 110, "kids": 70, "game": 140, "lounge": 120}[kind] + r.randrange(0, 3) * 5
    low = {"kids": 36}.get(kind, r.choice([41, 43, 45]))
    name = {"ergo": ("Ergonomic Chair", "人体工学椅"), "task": ("Task Chair", "办公椅"), "kids": ("Kids Study Chair", "儿童学习椅"),
            "game": ("Gaming Chair", "电竞椅"), "lounge": ("Reading Chair", "休闲阅读椅")}[kind]
    cover = r.choice(["mesh", "fabric"]) if kind != "game" else r.choice(["fabric", "faux leather"])
    price = {"ergo": 890, "task": 320, "kids": 420, "game": 760, "lounge": 690}[kind] + r.randrange(0, 12) * 60
    zh = {"mesh": "网布", "fabric": "布艺", "faux leather": "仿皮"}[cover]
    return item(*name, f"{cover.title()}, {load} kg", f"{zh} 承重{load}公斤", price, kind + (" mesh" if cover == "mesh" else ""), max_load=f"{load} kg",
                seat_height=f"{low}-{low + r.choice([8, 10, 12])} cm", cover=cover, back_tilt=f"{r.choice([110, 120, 135, 150])}°", weight=f"{r.randrange(9, 24)} kg", colour=r.choice(COLOURS))


CHAIR = """
[open]
ergo> Lumbar support that follows the back and a seat height of {seat_height}. | 腰托随动贴背，座高 {seat_height}可调。
task> A plain, sturdy chair with a {seat_height} seat and smooth castors. | 朴实耐用，座高 {seat_height}，滚轮顺滑。
kids> Grows with the child: seat from {seat_height}, footrest included. | 跟着孩子长高，座高 {seat_height}，带脚踏。
game> High back, neck cushion and a {back_tilt} recline. | 高靠背加颈枕，可后躺到 {back_tilt}。
lounge> A deep seat with wide arms for a book and a cup. | 座面宽深，扶手放得下书和茶杯。
[need]
ergo> Eases the lower back after eight hours of desk work. | 坐满八小时，腰也没那么酸。
ergo> Arms move four ways, so typing shoulders can drop. | 扶手四向可调，打字时肩膀能放松下来。
task> Tucks under a small table between calls. | 开完会往小桌下一推，不占地方。
task> A fair price for fitting out a whole office. | 给整间办公室配椅子，价格合适。
kids> Castors lock when the child sits, so nobody spins during homework. | 坐下滚轮自动锁住，写作业不再转圈圈。
kids> Keeps feet supported and the back straight through school years. | 脚有处放、背能挺直，从小学用到初中。
game> Lets long-legged players stretch between rounds. | 腿长的玩家，中场也能舒展躺一躺。
lounge> A quiet corner for nursing mothers and readers. | 放在安静角落，喂奶、看书都舒服。
mesh> Stays cool in a summer without air conditioning. | 夏天不开空调，坐着也不闷汗。
[detail]
*> Carries up to {max_load}. | 最大承重 {max_load}。
*> Wheels are kind to wooden floors. | 滚轮不伤木地板。
*> The gas lift meets the strict safety class. | 气杆达到较高安全等级，坐得放心。
[note]
*> Assembly takes about 20 minutes. | 自行组装约二十分钟。
*> Old chair removal can be booked. | 可预约旧椅回收。
*> Thirty days to try it at home. | 支持三十天在家试坐。
"""


def fan(r):
    kind = r.choice(["stand", "stand", "desk", "tower", "oil", "ceramic"])
    heat = kind in ("oil", "ceramic")
    w = r.choice({"stand": [24, 35, 50], "desk": [5, 12], "tower": [35, 45], "oil": [1500, 2200], "ceramic": [1200, 1800, 2000]}[kind])
    name = {"stand": ("Standing Fan", "落地扇"), "desk": ("Desk Fan", "桌面小风扇"), "tower": ("Tower Fan", "塔扇"), "oil": ("Oil-Filled Radiator", "油汀取暖器"),
            "ceramic": ("Ceramic Heater", "陶瓷暖风机")}[kind]
    price = {"stand": 189, "desk": 49, "tower": 279, "oil": 299, "ceramic": 139}[kind] + r.randrange(0, 10) * 25
    return item(*name, f"{w} W", f"{w}W", price, kind + (" heat" if heat else " cool"), power=f"{w} W", noise=f"{r.randrange(20, 46) if kind != 'oil' else r.randrange(12, 20)} dB",
                area=f"{r.randrange(10, 26)} m²" if kind != "desk" else "personal", speeds=r.choice([3, 4, 9, 12]) if not heat else r.choice([2, 3]), colour=r.choice(COLOURS))


FAN = """
[open]
cool> {speeds} speeds, {power} and {noise} on the gentlest. | {speeds} 档风速，{power}，最低档 {noise}。
oil> A {power} radiator that warms {area} without a fan. | {power} 油汀，不带风扇，能暖 {area}。
ceramic> Hot air within three seconds, {power}, for about {area}. | 三秒出热风，{power}，适合约 {area}。
[need]
stand> A natural breeze for babies and elders who dislike air conditioning. | 宝宝和老人怕吹空调，用它吹自然风刚好。
stand> Moves cool air from one air conditioner through to the next room. | 配合空调循环，把凉气送到隔壁房间。
desk> Cools one person at a dormitory desk, hardly heard. | 宿舍书桌上吹自己一个人，几乎听不见。
desk> Runs from a power bank at a picnic. | 野餐时接充电宝就能吹。
tower> Slim enough for the gap beside a wardrobe. | 衣柜旁的窄缝也立得下。
tower> No blades in reach of small fingers. | 没有外露扇叶，小手伸不进去。
oil> Silent through the night and it does not dry the throat. | 整夜没声音，嗓子也不干。
oil> Dries small laundry on the rail. | 搭几件小衣服，一晚就烘干。
ceramic> Warms a bathroom before the children's bath. | 给孩子洗澡前，先把浴室吹暖。
ceramic> Keeps feet warm beneath a desk in unheated rooms. | 南方没暖气，放桌下暖脚很管用。
[detail]
heat> Switches off when tipped over. | 倾倒自动断电。
cool+!desk> Swings left and right and up and down. | 左右上下都能摇头。
!desk> A timer from one to eight hours. | 一到八小时定时。
*> The display goes dark in sleep mode. | 睡眠模式自动熄屏。
desk> The head tilts with one finger. | 扇头一根手指就能拨动角度。
[note]
heat> Plug into the wall, not an extension lead. | 请直接插墙上插座，不要用拖线板。
cool> Grille opens for washing. | 网罩可拆洗。
tower> A slim remote control parks on the back. | 附小遥控器，可收在机身背后。
cool> Two-year warranty on the motor. | 电机质保两年。
*> Packs small out of season. | 换季收纳不占地。
"""


def humidifier(r):
    kind = r.choice(["mist", "mist", "evap", "desk"])
    litres = r.choice({"mist": [3, 4, 5, 6], "evap": [4, 5, 8], "desk": [0.5, 1]}[kind])
    name = {"mist": ("Humidifier", "加湿器"), "evap": ("Evaporative Humidifier", "无雾加湿器"), "desk": ("Desk Humidifier", "桌面加湿器")}[kind]
    return item(*name, f"{litres} L", f"{litres} 升", {"mist": 129, "evap": 449, "desk": 59}[kind] + litres * 22 + r.randrange(0, 6) * 20, kind, tank=f"{litres} L",
                output=f"{ {'mist': 280, 'evap': 400, 'desk': 45}[kind] + r.randrange(0, 10) * 10} ml/h", noise=f"{r.randrange(20, 36)} dB",
                area=f"{ {'mist': 20, 'evap': 35, 'desk': 6}[kind] + r.randrange(0, 9)} m²", colour=r.choice(COLOURS))


HUMIDIFIER = """
[open]
*> A {tank} tank releases {output} at {noise}. | {tank}水箱，加湿量 {output}，噪声 {noise}。
evap> Moist air without visible mist, for {area}. | 看不见白雾的加湿，适合 {area}。
[need]
mist> Dry throats in heated bedrooms get relief by morning. | 暖气房里睡一夜，早上嗓子不再干疼。
mist> Quiet enough for a nursery. | 声音轻，婴儿房也能整夜开。
evap> No white dust on the piano or bookshelves. | 不会在钢琴、书架上落一层白粉。
evap> Kind to instruments and wooden floors. | 对乐器和木地板都友好。
desk> A little comfort beside the keyboard in an air-conditioned office. | 办公室空调太干，键盘旁放一台刚好。
desk> Runs from a laptop and fits a car cup holder. | 插电脑就能用，也放得进车载杯架。
[detail]
*> Fills from the top. | 上加水，不用搬水箱。
*> Stops when the water runs out. | 缺水自动停。
*> Opens wide enough to clean with a hand. | 开口大，手伸进去就能刷。
!desk> Holds the humidity you set. | 恒湿控制，设多少就是多少。
[note]
mist> Use purified water in hard-water areas. | 水质硬的地区请用纯净水。
*> Rinse every three days. | 建议三天清洗一次。
evap> The filter lasts about a season. | 滤芯大约用一季。
*> Keep 30 cm from the wall. | 请离墙 30 厘米摆放。
"""


def purifier(r):
    kind = r.choice(["room", "room", "large", "pet", "desk"])
    cadr = {"room": 260, "large": 550, "pet": 350, "desk": 90}[kind] + r.randrange(0, 10) * 15
    name = {"room": ("Air Purifier", "空气净化器"), "large": ("Large-Room Air Purifier", "大空间空气净化器"), "pet": ("Pet Air Purifier", "宠物空气净化器"),
            "desk": ("Desk Air Purifier", "桌面空气净化器")}[kind]
    return item(*name, f"{cadr} m³/h", f"CADR {cadr}", {"room": 499, "large": 1399, "pet": 799, "desk": 199}[kind] + cadr * .9, kind, clean_air=f"{cadr} m³/h",
                area=f"{cadr // 10} m²", noise=f"{r.randrange(18, 31)} dB", filter_life=f"{r.choice([6, 8, 12])} months", power=f"{20 + cadr // 14} W", colour=r.choice(COLOURS[:4]))


PURIFIER = """
[open]
*> Cleans {clean_air}, right for about {area}. | 洁净空气量 {clean_air}，适合约 {area}。
*> {noise} in sleep mode and {clean_air} at full speed. | 睡眠档 {noise}，全速 {clean_air}。
[need]
room> Quiet enough for a nursery, with a light that turns fully off. | 夜里足够静，灯能全关，适合婴儿房。
room> Hay fever sufferers wake with a clear nose. | 花粉过敏的人，早上醒来鼻子通畅。
room> Clears the smell of frying from a studio flat. | 单身公寓炒完菜，油烟味很快散掉。
large> Open living rooms and classrooms, cleaned in minutes. | 开放式客厅、教室，几分钟就能换一遍空气。
large> New furniture smells fade faster with its carbon layer. | 活性炭层厚，新家具的味道散得更快。
pet> Catches floating cat hair before it reaches the sofa. | 猫毛还没落到沙发上，就先被它吸走。
pet> Tames litter-box odour in small flats. | 小户型里的猫砂味，能压下去不少。
desk> A small zone of cleaner air at the office or in the car. | 办公桌上、车里，身边这一小块先干净起来。
[detail]
*> The display shows particles in plain numbers. | 屏幕直接显示颗粒物数值。
*> Filters last around {filter_life}. | 滤芯约用 {filter_life}。
*> A child lock stops curious fingers. | 有童锁，小孩乱按不怕。
pet> The outer mesh rinses under a tap. | 外层滤网可直接水洗。
[note]
*> Close windows for the figure to hold. | 请关窗使用，效果才准。
*> Replacement filters stay available for eight years. | 滤芯保证供应八年。
*> It filters particles; it does not add oxygen. | 只过滤颗粒，不能增氧，请适时通风。
"""


def vacuum(r):
    kind = r.choice(["stick", "stick", "robot", "robot", "wet", "hand", "canister"])
    aw = {"stick": 130, "robot": 6000, "wet": 110, "hand": 60, "canister": 280}[kind]
    suction = f"{aw + r.randrange(0, 9) * (500 if kind == 'robot' else 10)} {'Pa' if kind == 'robot' else 'AW'}"
    name = {"stick": ("Cordless Vacuum", "无线吸尘器"), "robot": ("Robot Vacuum", "扫地机器人"), "wet": ("Wet and Dry Floor Washer", "洗地机"),
            "hand": ("Handheld Vacuum", "手持吸尘器"), "canister": ("Canister Vacuum", "卧式吸尘器")}[kind]
    price = {"stick": 690, "robot": 1290, "wet": 1390, "hand": 169, "canister": 390}[kind] + r.randrange(0, 14) * (80 if kind != "hand" else 15)
    tags = kind + (" cordless" if kind != "canister" else " corded")
    height = f"{r.choice([7.9, 8.5, 9.6, 10.2])}" if kind == "robot" else f"{r.randrange(11, 26)}"
    return item(*name, suction, suction.replace(" ", ""), price, tags + (" flat" if kind == "robot" and float(height) < 9 else ""), suction=suction, noise=f"{r.randrange(58, 76)} dB",
                run_time=f"{ {'stick': 45, 'robot': 120, 'wet': 30, 'hand': 15}.get(kind, 0) + r.randrange(0, 9) * 5} min" if kind != "canister" else "mains",
                bin=f"{ {'stick': 0.6, 'robot': 0.4, 'wet': 0.8, 'hand': 0.3, 'canister': 2.5}[kind]} L", height=f"{height} cm",
                weight=f"{ {'stick': 2.4, 'robot': 3.6, 'wet': 4.3, 'hand': 0.7, 'canister': 4.8}[kind] + r.randrange(0, 9) / 10:.1f} kg", colour=r.choice(COLOURS))


VACUUM = """
[open]
stick> A cordless stick of {weight} with {suction} of suction and {run_time} of running. | 无线立式，{weight}，吸力 {suction}，续航 {run_time}。
robot> Maps the flat by laser and cleans for {run_time} with {suction}. | 激光建图，吸力 {suction}，一次能扫 {run_time}。
wet> Vacuums and mops in one pass, then rinses its own roller. | 吸拖一遍完成，滚刷自己洗干净。
hand> A {weight} handheld with a crevice tip. | {weight} 的手持款，配扁吸头。
canister> Mains powered, {suction}, with a long hose and a {bin} bin. | 插电使用，吸力 {suction}，长软管，{bin}大尘杯。
[need]
flat> At {height} tall it fits under a low sofa. | 机身高 {height}，矮沙发底下也钻得进去。
robot> Runs while you are at work and empties pet hair from corners. | 上班时让它跑，墙角的猫毛狗毛也带走。
robot> Knows thresholds and climbs two centimetres onto rugs. | 认得门槛，两厘米高的地毯能爬上去。
stick> The brush does not tangle with long hair. | 长头发也不缠刷。
stick> Light on the stairs and in the car. | 拎着吸楼梯、吸车内，手不累。
stick> A soft roller is gentle on wooden floors. | 软绒滚刷，木地板不留划痕。
wet> Cereal, milk and muddy paw prints vanish together. | 打翻的麦片牛奶、狗狗的泥脚印，一遍就没。
wet> Kitchen tiles dry within a few minutes. | 厨房瓷砖拖完几分钟就干。
hand> Crumbs in a child seat, cat litter by the tray. | 儿童座椅里的饼干渣、猫砂盆边的砂，一吸就净。
canister> Strong enough for thick carpets in a larger home. | 大户型、厚地毯，吸力够足。
canister> No battery to age: it simply keeps working. | 没有电池老化的问题，用多久都有劲。
[detail]
*> Noise is {noise} at the usual setting. | 常用档噪声 {noise}。
!wet> The filter rinses under a tap. | 滤网可水洗。
robot> Keep-out lines are drawn on the phone. | 手机上画条线，就能设禁区。
wet> Hot-air drying prevents smells. | 热风烘干，滚刷不发臭。
cordless> Returns to power on its own stand. | 放回底座就充电。
[note]
*> Spare filter included. | 附备用滤网。
cordless> The battery can be replaced without tools. | 电池免工具可换。
robot> Pick up cables before the first run. | 首次运行前请收好地上的线。
*> Two-year warranty on the motor. | 电机质保两年。
"""

CATS = [
    Cat("smh", "Smart Home", "智能家居", 80, "Hestovar Jorvendal Fennivolt Thistlune", "Latch Beacon Nook Signal Porch", smart, SMART, "rou smh"),
    Cat("lam", "Desk Lamps", "台灯", 50, "Umbrisol Thistlune Glimsworth", "Glow Scholar Wick Dawn", lamp, LAMP, "chr smh"),
    Cat("chr", "Chairs", "座椅", 55, "Harrowlyn Wexlandor Aldermoque", "Posture Haven Perch Oak", chair, CHAIR, "lam"),
    Cat("fan", "Fans & Heaters", "风扇与取暖", 55, "Yarrowind Umbrisol Hestovar", "Breeze Ember Draft Cosy", fan, FAN, "smh hum"),
    Cat("hum", "Humidifiers", "加湿器", 40, "Yarrowind Thistlune Kelpwyn", "Dew Fog Fern", humidifier, HUMIDIFIER, "smh air"),
    Cat("air", "Air Purifiers", "空气净化器", 60, "Kelpwyn Yarrowind Halcyvane Hestovar", "Clearing Alpine Breathe Meadow", purifier, PURIFIER, "hum smh"),
    Cat("vac", "Vacuum Cleaners", "吸尘器", 80, "Kelpwyn Hestovar Rundevik Halcyvane", "Sweep Glide Whisk Broomstead", vacuum, VACUUM, "air smh"),
]

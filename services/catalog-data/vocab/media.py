# SPDX-License-Identifier: Apache-2.0
"""Headphones, speakers, televisions, projectors and game controllers."""
from .base import COLOURS, Cat, item


def headphones(r):
    kind = r.choice(["over", "over", "bud", "bud", "open", "studio"])
    anc = kind in ("over", "bud") and r.random() < .65
    hours = {"over": 30, "bud": 6, "open": 8, "studio": 0}[kind] + r.randrange(0, 12 if kind == "over" else 4)
    name = {"over": ("Over-Ear Headphones", "头戴式耳机"), "bud": ("Earbuds", "入耳式真无线耳机"), "open": ("Open-Ear Sports Earphones", "开放式运动耳机"),
            "studio": ("Wired Studio Headphones", "有线监听耳机")}[kind]
    price = {"over": 329, "bud": 179, "open": 299, "studio": 389}[kind] + (260 if anc else 0) + r.randrange(0, 12) * 40
    head = ("Noise Cancelling" if anc else "Bluetooth" if kind != "studio" else f"{r.choice([32, 64, 80])} ohm")
    head_zh = "主动降噪" if anc else "蓝牙" if kind != "studio" else "专业监听"
    return item(*name, head, head_zh, price, kind + (" anc" if anc else "") + (" wl" if kind != "studio" else " cable"),
                noise_cancelling="yes" if anc else "no", battery=f"{hours} h" if kind != "studio" else "none",
                weight=f"{ {'over': 225, 'bud': 5, 'open': 26, 'studio': 240}[kind] + r.randrange(0, 40 if kind in ('over', 'studio') else 4)} g",
                driver=f"{r.choice([40, 45, 50]) if kind in ('over', 'studio') else r.choice([9, 11, 13])} mm",
                water={"over": "none", "bud": "IPX4", "open": "IP55", "studio": "none"}[kind], colour=r.choice(COLOURS))


HEADPHONES = """
[open]
over> Soft cushions, {weight}, and {driver} drivers with an easy, warm sound. | 软耳垫，{weight}，{driver}单元，声音温润耐听。
over> Fold-flat headphones that run {battery} on a charge. | 可折叠平放，充一次用 {battery}。
bud> Each earbud weighs {weight}; together with the case they play for days. | 单耳只有 {weight}，配合充电盒能用好几天。
bud> Compact earbuds with {driver} drivers and three tip sizes. | 小巧入耳，{driver}单元，附三副耳塞。
open> Rests outside the ear at {weight}, leaving it open to traffic. | 不入耳佩戴，{weight}，听歌也听得见车声。
studio> Wired {driver} headphones with an even, honest balance. | 有线{driver}单元，三频均衡，听感真实。
[need]
anc> Aircraft rumble and open-plan chatter fade to a hush. | 飞机轰鸣、大开间的说话声，一开就静下来。
anc> Helps you sleep on night trains and study in noisy cafés. | 夜车上补觉、嘈杂咖啡馆里看书，都靠它。
over> Glasses wearers can keep them on for an afternoon of calls. | 戴眼镜开一下午会，也不夹耳朵。
bud> Small ears are catered for by an extra-small tip. | 耳道小的人也照顾到了，有加小号耳塞。
bud> Stays put on the commute and disappears in a coat pocket. | 挤地铁不掉，往大衣口袋一放就没存在感。
open> Runners hear bicycles behind them. | 跑步时身后的自行车铃听得见，更安全。
open> Comfortable for people who dislike anything in the ear canal. | 受不了入耳式的人，戴它没有胀痛感。
studio> Mixing, podcast editing and digital piano practice at night. | 混音、剪播客，或夜里练电钢琴都合适。
studio> No delay, so lips and sound agree when cutting video. | 零延迟，剪片时口型和声音对得上。
[detail]
wl> Connects to a phone and a laptop at once. | 可同时连手机和电脑。
wl> Ten minutes of charging gives two hours of music. | 充十分钟，听两小时。
wl> Four microphones keep your voice clear in wind. | 四麦克风，刮风天打电话也清楚。
cable> The cable detaches on one side and costs little to replace. | 单边可拆线，换线很便宜。
over> Cushions clip off for cleaning. | 耳垫可拆下清洁。
[note]
bud> Tips are exchangeable free of charge in the first month. | 首月可免费更换耳塞尺寸。
anc> Voices are softened, not erased. | 降噪对人声是减弱，不是完全消除。
*> Hygiene rule: returns need the seal intact. | 贴身用品，退货需保持封签完好。
over> Carrying pouch included. | 附收纳袋。
open> Bass is lighter than with sealed models. | 低音比封闭式要轻一些。
cable> A 6.3 mm adapter is included. | 附 6.3 毫米转接头。
"""


def speaker(r):
    kind = r.choice(["port", "port", "bar", "shelf", "voice", "party"])
    w = r.choice({"port": [10, 20, 30], "bar": [80, 120, 200], "shelf": [50, 80], "voice": [10, 15, 30], "party": [100, 160]}[kind])
    name = {"port": ("Portable Speaker", "便携蓝牙音箱"), "bar": ("Soundbar", "回音壁"), "shelf": ("Bookshelf Speakers", "书架音箱"),
            "voice": ("Voice Speaker", "智能音箱"), "party": ("Party Speaker", "户外派对音箱")}[kind]
    price = {"port": 129, "bar": 499, "shelf": 699, "voice": 149, "party": 799}[kind] + w * 4.5
    return item(*name, f"{w} W", f"{w}W", price, kind + (" batt" if kind in ("port", "party") else " mains"), power=f"{w} W",
                battery=f"{r.randrange(9, 25)} h" if kind in ("port", "party") else "mains", water=r.choice(["IPX5", "IP67"]) if kind == "port" else "none",
                weight=f"{0.3 + w / 22 + r.randrange(0, 9) / 10:.1f} kg", width=f"{ {'port': 18, 'bar': 85, 'shelf': 17, 'voice': 11, 'party': 34}[kind] + r.randrange(0, 12)} cm",
                inputs={"bar": "HDMI ARC, optical, Bluetooth", "shelf": "Bluetooth, RCA, optical"}.get(kind, "Bluetooth"), colour=r.choice(COLOURS))


SPEAKER = """
[open]
port> A {power} speaker with {battery} of play time, {weight}. | {power} 小音箱，可播 {battery}，重 {weight}。
bar> A {width} wide soundbar with {power} and clear dialogue. | {width}宽回音壁，{power}，人声对白清楚。
shelf> A pair of {power} wooden speakers, {width} wide each. | 一对 {power} 木质箱体，单只宽 {width}。
voice> A {width} speaker that answers when spoken to. | {width}见方的小音箱，喊一声就应。
party> {power} of sound on wheels, with {battery} from the battery. | {power} 大功率带拉杆轮，电池可用 {battery}。
[need]
port> Survives the shower and the edge of the pool. | 浴室、泳池边都能放，不怕溅水。
port> Clips to a rucksack for picnics. | 挂在背包上，带去野餐正好。
bar> Older viewers follow the news without turning up the volume. | 家里老人看新闻，不用再把音量开很大。
bar> Fits beneath a 55-inch television without covering the sensor. | 放在 55 英寸电视下面，不挡遥控接收窗。
shelf> Fills a living room with vinyl or streaming, gently. | 放黑胶、听串流，都能温柔地铺满客厅。
shelf> A pleasant upgrade for a desk where music plays all day. | 书桌上整天放歌的人，换它是明显的提升。
voice> Set a kitchen timer with floury hands. | 满手面粉也能喊它定个时。
voice> Bedtime stories for children, with a switch that cuts the microphone. | 给孩子讲睡前故事，麦克风有物理开关。
party> Square dancing, street singing and birthdays are covered. | 广场舞、街头唱歌、生日聚会都镇得住。
[detail]
!bar+!shelf> Two of the same model pair as stereo. | 同款两台可组立体声。
*> Bass and treble adjust in the app. | 高低音可在应用里调。
*> A night setting trims the bass for thin walls. | 夜间模式收住低音，隔墙邻居不受扰。
[note]
batt> USB-C charging; charger not included. | USB-C 充电，不含充电头。
mains> Needs a power socket. | 需插电使用。
*> One-year warranty, extendable to three. | 保修一年，可延至三年。
*> Fabric cover wipes clean. | 网布外罩，一擦就净。
"""


def tv(r):
    size = r.choice([32, 43, 50, 55, 55, 65, 65, 75, 85])
    panel = "LED" if size <= 43 else r.choice(["LED", "QLED", "Mini LED", "OLED"] if size < 85 else ["QLED", "Mini LED"])
    hz = 60 if panel == "LED" else r.choice([120, 144])
    price = size ** 1.55 * 4.3 * {"LED": 1, "QLED": 1.35, "Mini LED": 1.75, "OLED": 2.5}[panel]
    tags = [("bed", size <= 43), ("big", size >= 65), ("game", hz >= 120), ("dark", panel == "OLED"), ("bright", panel == "Mini LED"), ("mid", 50 <= size <= 65)]
    return item("4K TV" if size > 32 else "HD TV", "4K 电视" if size > 32 else "高清电视", f"{size} in {panel}", f"{size} 英寸 {panel}", price,
                " ".join(t for t, on in tags if on), screen=f"{size} in", panel=panel, refresh=f"{hz} Hz", hdmi=r.choice([3, 4]) if size > 43 else 2,
                width=f"{size * 2.22:.0f} cm", weight=f"{size ** 1.5 / 22 + r.randrange(0, 20) / 10:.1f} kg")


TV = """
[open]
*> A {screen} {panel} television, {width} wide. | {screen} {panel} 电视，机身宽 {width}。
*> {panel} picture on a {screen} screen with {hdmi} HDMI inputs. | {screen} {panel} 屏幕，{hdmi} 个 HDMI 接口。
[need]
bed> Right for a bedroom or a kitchen wall, watched from two metres. | 卧室、厨房挂墙正好，两米左右观看舒服。
bed> Simple remote with large buttons for grandparents' rooms. | 遥控器按键大，放老人房里一学就会。
mid> Suits a sofa about three metres away. | 沙发离电视三米左右，这个尺寸正合适。
mid> News, football and cartoons: three profiles keep everyone's list apart. | 新闻、球赛、动画片各有账号，一家人互不打扰。
big> Film nights with subtitles legible from the dining table. | 家庭观影夜，坐在餐桌边也看得清字幕。
big> Fills a wide wall in an open living room. | 开放式大客厅，一面墙刚好撑得住。
game> Game consoles run at {refresh} with little delay. | 接游戏机可跑 {refresh}，延迟低。
dark> Black scenes stay black in a dim room. | 关灯看暗场，黑就是黑，不发灰。
bright> Bright enough for a sunny room without drawing the curtains. | 白天阳光直射的客厅，不拉窗帘也看得清。
[detail]
*> No advertisements at start-up. | 开机无广告。
*> Voice search works in both Chinese and English. | 中英文都能语音搜片。
*> Feet adjust to two widths for narrow stands. | 底脚两档宽度，窄电视柜也放得下。
*> Motion smoothing is off by default, as film directors prefer. | 默认关闭画面补帧，保留电影原味。
[note]
*> Delivery to the room; wall mounting can be booked. | 送货入户，可预约挂装。
*> Measure the lift before ordering large sizes. | 大尺寸下单前，请先量一下电梯。
*> Keep the box for seven days in case of a return. | 包装箱请保留七天，以便退换。
"""


def projector(r):
    kind = r.choice(["mini", "home", "short"])
    lm = {"mini": 250, "home": 1200, "short": 2000}[kind] + r.randrange(0, 8) * 100
    price = {"mini": 900, "home": 2600, "short": 7000}[kind] + lm * 1.1
    name = {"mini": ("Mini Projector", "便携投影仪"), "home": ("Home Projector", "家用投影仪"), "short": ("Ultra-Short-Throw Projector", "超短焦激光投影")}[kind]
    return item(*name, f"{lm} lumens", f"{lm} 流明", price, kind, brightness=f"{lm} lumens", resolution="1920 x 1080" if kind != "short" else "3840 x 2160",
                noise=f"{r.randrange(24, 31)} dB", throw={"mini": "1.2:1", "home": "1.2:1", "short": "0.23:1"}[kind],
                weight=f"{ {'mini': 1.0, 'home': 3.6, 'short': 8.5}[kind] + r.randrange(0, 9) / 10:.1f} kg", battery=f"{r.choice([2, 3])} h" if kind == "mini" else "none")


PROJECTOR = """
[open]
*> {brightness} and a fan that measures {noise}. | 亮度 {brightness}，风扇噪声 {noise}。
mini> A {weight} projector with {battery} of battery. | {weight} 小投影，电池可用 {battery}。
short> Sits a hand's width from the wall and throws a 100-inch picture. | 离墙一掌宽，就能投出 100 英寸画面。
[need]
mini> Cartoons on the tent wall or the bedroom ceiling. | 投在帐篷上、卧室天花板上，看动画片正好。
mini> Renters need no screws and take it along when they move. | 租房不用打孔，搬家拎起就走。
home> Squares its own picture, so it can stand on a side table. | 自动梯形校正，随手放边桌上也能摆正。
home> Film nights for a flat without space for a large television. | 家里放不下大电视，用它照样有影院感。
short> Nobody walks through the beam; watch with children running about. | 没人会挡光，孩子满屋跑也不影响看。
short> Replaces a television in a living room with daylight. | 白天客厅也能看，可以直接替代电视。
[detail]
*> Focuses by itself in two seconds. | 两秒自动对焦。
*> Dims when a child steps close to the lens. | 孩子靠近镜头会自动降亮度护眼。
*> Streams wirelessly from phones. | 手机可无线投屏。
*> Two speakers are good enough for a small room. | 自带双扬声器，小房间够用。
[note]
*> A pale wall works; a screen looks better. | 白墙可用，配幕布更好。
!short> Best after dusk or with curtains. | 建议天黑后或拉上窗帘使用。
*> Light source rated for 25,000 hours. | 光源标称寿命 25000 小时。
"""


def controller(r):
    kind = r.choice(["pad", "pad", "pro", "wheel", "stick", "phone"])
    name = {"pad": ("Game Controller", "游戏手柄"), "pro": ("Pro Game Controller", "精英游戏手柄"), "wheel": ("Racing Wheel", "赛车方向盘"),
            "stick": ("Arcade Stick", "街机摇杆"), "phone": ("Phone Controller", "手机拉伸手柄")}[kind]
    wl = kind in ("pad", "pro") and r.random() < .75
    price = {"pad": 129, "pro": 399, "wheel": 999, "stick": 459, "phone": 219}[kind] + r.randrange(0, 9) * 20 + (60 if wl else 0)
    return item(*name, "Wireless" if wl else "USB-C", "无线" if wl else "USB-C 直连", price, kind + (" wl" if wl else ""),
                connection="Bluetooth, 2.4 GHz" if wl else "USB-C", works_with={"phone": "phones"}.get(kind, r.choice(["PC, phones", "PC, TV boxes", "PC"])),
                battery=f"{r.randrange(14, 41)} h" if wl else "none", weight=f"{ {'pad': 220, 'pro': 280, 'wheel': 3900, 'stick': 2300, 'phone': 160}[kind] + r.randrange(0, 60)} g",
                sticks="magnetic" if kind in ("pro", "phone") else "standard", colour=r.choice(COLOURS))


CONTROLLER = """
[open]
pad> A {weight} pad with textured grips and an exact cross. | {weight} 手柄，握把防滑，十字键清脆准确。
pro> Magnetic sticks that do not drift and four paddles behind, {weight}. | 磁感摇杆不漂移，背后四个拨片，重 {weight}。
wheel> A force-feedback wheel with a firm clamp and two pedals. | 力反馈方向盘，夹具牢靠，附双踏板。
stick> A heavy {weight} arcade box with a square-gate lever. | 机身重 {weight} 的街机台，方口摇杆。
phone> Stretches around a phone and plugs straight in, {weight}. | 拉开夹住手机直插即用，重 {weight}。
[need]
pad> A second pad for family evenings, easy for small hands. | 家里多备一只，小手也握得住，周末双打正好。
pad> Plays on the computer from the sofa. | 窝在沙发上玩电脑游戏就用它。
pro> Competitive players can shorten the trigger travel. | 打比赛的玩家可以把扳机行程调短。
wheel> Learners get a safe feel for steering; racers get the kerbs. | 新手能练手感，玩家能感到压路肩的震动。
stick> Fighting games and old arcade titles feel right again. | 格斗游戏、老街机，手感又回来了。
phone> Turns a commute into a proper match, without covering the screen. | 通勤路上认真打一局，手指不挡屏幕。
[detail]
wl> Up to {battery} per charge. | 充满一次最长 {battery}。
*> Buttons can be reassigned without software. | 不装软件也能改键。
*> Vibration has three strengths, or off. | 震动三档可调，也可关闭。
*> Firmware updates over the same cable. | 同一根线就能升级固件。
[note]
*> Before you order: made for {works_with}. | 购买前请核对支持平台：{works_with_zh}。
*> Cable included. | 附连接线。
wheel> Needs a table edge up to 5 cm thick. | 需夹在厚度 5 厘米以内的桌边。
"""

CATS = [
    Cat("hea", "Headphones", "耳机", 100, "Mirrowen Calvessine Zephandra Noctavale Elphaquin", "Quiet Aria Nest Murmur Chorus Tempo", headphones, HEADPHONES, "cha pow"),
    Cat("spe", "Speakers", "音箱", 70, "Mirrowen Calvessine Elphaquin Harrowlyn", "Ballad Grove Echoes Salon Pulse", speaker, SPEAKER, "cha"),
    Cat("tvs", "TVs", "电视", 70, "Corvalume Noctavale Veltamoor Pyxoria", "Panorama Hearth Canvas Dusk", tv, TV, "spe con smh"),
    Cat("prj", "Projectors", "投影仪", 40, "Corvalume Noctavale Glimsworth", "Beam Lantern Matinee", projector, PROJECTOR, "spe"),
    Cat("con", "Game Controllers", "游戏手柄", 45, "Zintolma Drennovar Iskardo", "Duel Rally Combo Arcadia", controller, CONTROLLER, "hea cha"),
]

# SPDX-License-Identifier: Apache-2.0
"""Laptops, tablets, monitors, keyboards and mice."""
from .base import COLOURS, Cat, item


def laptop(r):
    kind = r.choice(["light", "light", "home", "home", "game", "create"])
    size = r.choice({"light": ["13.3", "14"], "home": ["14", "15.6", "16"],
                     "game": ["15.6", "16", "17.3"], "create": ["14", "16"]}[kind])
    ram = r.choice({"light": [16, 32], "home": [8, 16], "game": [16, 32], "create": [32, 64]}[kind])
    ssd = r.choice({"home": [256, 512], "light": [512, 1024]}.get(kind, [1024, 2048]))
    kg = {"light": 0.95, "home": 1.45, "game": 2.2, "create": 1.6}[kind] + r.randrange(0, 40) / 100
    hours = {"light": 14, "home": 9, "game": 5, "create": 10}[kind] + r.randrange(0, 5)
    disk = f"{ssd} GB" if ssd < 1000 else f"{ssd // 1024} TB"
    price = {"light": 4600, "home": 2700, "game": 6200, "create": 8200}[kind] + ram * 45 + ssd * 0.9
    names = {"light": ("Thin-and-Light Laptop", "轻薄本"), "home": ("Laptop", "笔记本电脑"),
             "game": ("Gaming Laptop", "游戏本"), "create": ("Creator Laptop", "创作本")}[kind]
    tags = kind + (" ram" if ram >= 32 else "") + (" small" if kg < 1.2 else "")
    return item(*names, f"{size} in, {ram} GB / {disk}", f"{size} 英寸 {ram}GB+{disk.replace(' ', '')}", price, tags,
                screen=f"{size} in", memory=f"{ram} GB", storage=disk, weight=f"{kg:.2f} kg", battery=f"{hours} h",
                ports="3 USB-C, HDMI, card reader" if kind == "create" else r.choice(["2 USB-C, 1 USB-A, HDMI", "2 USB-C, 2 USB-A, HDMI"]),
                colour=r.choice(COLOURS[:5]))


LAPTOP = """
[open]
light> A {screen} laptop at {weight} that you stop noticing in a shoulder bag. | {screen}机身只有 {weight}，装进单肩包里几乎感觉不到。
light> Metal lid, {screen} matte screen and {memory} of memory in {weight}. | 金属外壳、{screen}雾面屏、{memory} 内存，整机 {weight}。
home> An everyday {screen} laptop with {memory} of memory and a full row of ports. | {screen}日常用机，{memory} 内存，常用接口一个不少。
home> A sensible {screen} family computer with {storage} of fast storage. | 一台实在的{screen}家用电脑，配 {storage} 高速固态硬盘。
game> A {screen} gaming laptop with a dedicated graphics chip and {memory} of memory. | {screen}游戏本，独立显卡加 {memory} 内存。
game> Two fans, four heat pipes and a fast {screen} display with smooth motion. | 双风扇四热管散热，{screen}高刷屏画面顺滑。
create> A {screen} laptop with a colour-accurate screen and {memory} of memory. | {screen}机身配准确显色的屏幕和 {memory} 大内存。
create> Built for editing: {storage} of storage, a card reader within reach, {screen} display. | 为剪辑修图准备：{storage} 存储，{screen}好屏，素材随拷随用。
[need]
light> The battery lasts about {battery}, enough for a day of lectures without the charger. | 续航约 {battery}，上一整天课不用带充电器。
small> Opens on an aeroplane tray table with room left for a cup. | 放在飞机小桌板上，还能腾出位置搁杯水。
light> Commuters who type on the train will like the firm hinge and quiet keys. | 转轴稳、键盘静，地铁上打字也不打扰旁人。
home> Comfortable for online classes, tax forms and a film in the evening. | 白天上网课、填表格，晚上看部电影，都够用。
home> Large keys and a bright screen make it easy for parents and grandparents. | 键帽大、屏幕亮，给爸妈和老人用也顺手。
home> A good first computer for a student who mostly writes and browses. | 主要写作业、查资料的学生，第一台电脑选它很合适。
game> New games run smoothly at high settings, and a quiet mode tames the fans at night. | 新游戏开高画质也流畅，夜里切到安静模式，风扇声明显收敛。
game> Also strong enough for 3D modelling homework and engineering software. | 跑三维建模和工科软件的大作业也扛得住。
create> Photo editors can keep a thousand raw files open in the catalogue without stutter. | 修图师一次载入上千张 RAW 也不卡顿。
create> Cuts 4K video on the sofa without a fan that drowns the soundtrack. | 窝在沙发上剪 4K 视频，风扇声也不会盖过音轨。
ram> With {memory} of memory, dozens of browser tabs and a virtual machine coexist peacefully. | {memory} 内存，几十个网页加一台虚拟机同时开也从容。
[detail]
*> Charges over USB-C, so one charger serves the phone too. | 支持 USB-C 充电，和手机共用一个充电头就行。
*> The webcam has a sliding cover and two microphones that ignore keyboard noise. | 摄像头带物理滑盖，双麦克风能压住键盘声。
*> Memory and storage sit under one panel held by ordinary screws. | 拧开普通螺丝就能换内存和硬盘，升级不求人。
!game> Fans stay off during writing and browsing. | 写文档、看网页时风扇基本不转。
*> The keyboard is splash resistant and backlit in two steps. | 键盘防泼溅，带两档背光。
*> Fingerprint reader in the power button; no password to type in a café. | 电源键集成指纹，在咖啡馆不用当众输密码。
[note]
*> Comes with a two-year warranty and a spare set of feet. | 保修两年，附一套备用脚垫。
home> Not meant for heavy games. | 不适合大型游戏，买前请留意。
game> The power brick is heavy; plan for a desk. | 电源适配器偏重，更适合固定在书桌上用。
light> One side has USB-C only, so an adapter may be useful. | 有一侧只有 USB-C，接老设备建议备个转接头。
create> The screen is glossy; avoid sitting with a window behind you. | 屏幕为镜面，尽量不要背对窗户坐。
*> Ships in a plastic-free box. | 包装不含塑料。
"""


def tablet(r):
    size = r.choice(["8.4", "10.4", "11", "12.6", "13"])
    big, small = float(size) > 12, float(size) < 9
    gb = r.choice([64, 128] if small else [128, 256, 512])
    pen = not small and r.random() < .6
    kid = small and r.random() < .75
    price = (float(size) - 5) * 330 + gb * 2.2 + (350 if pen else 0)
    name = ("Kids Tablet", "儿童平板") if kid else ("Tablet", "平板电脑")
    return item(*name, f"{size} in, {gb} GB", f"{size} 英寸 {gb}GB", price,
                " ".join(t for t, on in [("big", big), ("small", small), ("pen", pen), ("kid", kid), ("adult", not kid)] if on),
                screen=f"{size} in", storage=f"{gb} GB", weight=f"{int(float(size) * 44 + r.randrange(0, 40))} g",
                battery=f"{r.randrange(9, 15)} h", pen="included" if pen else "not supported" if small else "sold separately",
                colour=r.choice(COLOURS))


TABLET = """
[open]
*> A {screen} tablet with {storage} of space and a laminated screen. | {screen}平板，{storage} 空间，全贴合屏幕显示通透。
*> {weight}, {screen} display, about {battery} of video on a charge. | 重 {weight}，{screen}屏，看视频约 {battery}。
big> A desk-sized {screen} canvas with four speakers. | {screen}大画布，四扬声器，横竖握都有立体声。
small> Small enough for a coat pocket, with a sharp {screen} screen. | 小到能揣进大衣口袋，{screen}屏幕依然清晰。
[need]
pen> Handwriting feels close to paper, handy for annotating lecture slides. | 手写跟手，像在纸上写字，给课件做批注很方便。
pen> Sketching on the sofa or signing a contract takes one tool: the pen in the box. | 窝着画速写、在线签合同，靠附带的这支笔就够了。
kid> The foam case survives drops from a high chair, and a daily time limit needs a parent's code. | 泡棉保护壳经得起从餐椅上摔下来，每日时长由家长密码控制。
kid> Loaded with drawing and reading apps, no advertisements, no shop button. | 预装画画和阅读应用，没有广告，也没有购物入口。
adult+small> Light to hold one-handed in bed for novels and maps. | 躺着单手拿也不累，看小说、查地图都合适。
adult+!small> Stands by the hob for recipes; the screen still works with damp fingers. | 立在灶台边看菜谱，手上沾水也能点。
big> Two apps side by side are readable, which makes it a fair laptop stand-in for travel. | 左右分屏看得清，出差时顶一台笔记本没问题。
big> Sheet music shows a full page, so musicians can stop squinting. | 整页乐谱一屏看全，练琴不用再眯着眼。
adult> Video calls keep grandparents in frame as they move around the room. | 视频通话会跟着人走，老人在屋里走动也不出画面。
adult> Films for a long flight fit in the {storage} storage without deleting photos. | {storage} 存得下长途飞行要看的片子，不必删照片。
[detail]
*> Eye-comfort mode warms the screen after sunset. | 日落后自动转暖色，看久了眼睛不那么累。
*> A memory card slot adds up to 1 TB. | 可插存储卡，最多再加 1 TB。
*> USB-C charging takes the battery to half in 40 minutes. | USB-C 快充，40 分钟充到一半。
*> Face unlock works in both orientations. | 横屏竖屏都能面部解锁。
*> Updates are promised for five years. | 承诺五年系统更新。
[note]
*> A keyboard cover is sold separately. | 键盘保护套需另购。
*> No mobile network: share your phone's connection outdoors. | 不带蜂窝网络，外出请用手机热点。
*> The charger is not in the box; any 20 W USB-C charger will do. | 盒内不含充电头，20W 以上的 USB-C 充电头都能用。
*> Ships with a cleaning cloth and a folding stand. | 附清洁布和折叠支架。
"""


def monitor(r):
    size = r.choice([22, 24, 27, 27, 32, 34])
    res = {22: "1920 x 1080", 24: r.choice(["1920 x 1080", "2560 x 1440"]), 27: r.choice(["2560 x 1440", "3840 x 2160"]),
           32: "3840 x 2160", 34: "3440 x 1440"}[size]
    hz = r.choice([60, 75, 100, 144, 165, 240])
    usbc = r.random() < .45
    tags = [("game", hz >= 144), ("fourk", "3840" in res), ("wide", size == 34), ("usbc", usbc), ("office", hz <= 100), ("small", size <= 24)]
    price = (size - 15) * 62 + (700 if "3840" in res else 0) + hz * 4 + (350 if usbc else 0)
    return item("Gaming Monitor" if hz >= 144 else "Monitor", "电竞显示器" if hz >= 144 else "显示器",
                f"{size} in, {res.split(' x ')[1]}p {hz} Hz", f"{size} 英寸 {res.split(' x ')[1]}P {hz}Hz", price,
                " ".join(t for t, on in tags if on), screen=f"{size} in", resolution=res, refresh=f"{hz} Hz",
                usb_c=f"{r.choice([65, 90])} W" if usbc else "none", height_adjust=f"{r.choice([10, 11, 13, 15])} cm",
                inputs=r.choice(["HDMI, DisplayPort", "2 HDMI, DisplayPort"]))


MONITOR = """
[open]
*> A {screen} monitor showing {resolution} at {refresh}. | {screen}显示器，分辨率 {resolution}，刷新率 {refresh}。
wide> A curved {screen} ultrawide that replaces two screens and the gap between them. | {screen}曲面带鱼屏，一块顶两块，中间没有黑缝。
small> A compact {screen} screen for a narrow desk. | {screen}小巧屏幕，窄书桌也放得下。
*> {screen} panel with thin borders and a matte coat against reflections. | {screen}窄边框面板，雾面涂层不怕反光。
[need]
usbc> One cable carries picture, data and {usb_c} of power, so the desk stays clear. | 一根线传画面、走数据，还能反向充电 {usb_c}，桌面清爽不少。
usbc> Dock a laptop with a single plug when the home office doubles as a dining table. | 餐桌兼书桌也不怕，笔记本插一根线就能开工、拔了就走。
office> Text is steady and flicker-free for people who read contracts all day. | 文字稳、无频闪，整天看合同的人会感谢它。
fourk> Fine detail suits photo retouching; skin tones come out natural. | 细节丰富，适合修照片，肤色自然不偏。
fourk> Crisp enough that code at a small font size stays readable. | 清晰度够高，小字号看代码也不糊。
game> Fast enough that shooters feel direct and motion stays clear. | 响应够快，射击游戏指哪打哪，拖影很轻。
game> Adaptive sync removes tearing with either maker's graphics card. | 支持自适应同步，不论哪家显卡都不撕裂。
wide> A spreadsheet shows forty columns without scrolling. | 表格一屏能看四十列，不用来回拖。
small> Fits under a shelf in a student room and turns upright for essays. | 宿舍书架下刚好放得下，还能竖过来写论文。
[detail]
*> The stand lifts {height_adjust}, tilts and swivels without tools. | 支架可升降 {height_adjust}，俯仰、左右转都不用工具。
*> A low-blue mode dims gradually in the evening. | 低蓝光模式入夜后逐步调暗。
*> Takes a standard wall mount or arm. | 支持标准壁挂和支架臂。
*> Two small speakers are enough for calls. | 内置两只小喇叭，开会通话够用。
*> Covers the usual web colour range and arrives with its own test sheet. | 覆盖常用色域，出厂附单独的校色报告。
[note]
*> Dead-pixel promise: one bright dot and we replace it. | 承诺有一个亮点就换新。
*> HDMI cable included. | 附 HDMI 线。
*> The stand is deep; measure the desk: 22 cm. | 底座较深，请先量好桌面，需留 22 厘米。
!usbc> No USB-C, so older laptops and desktops suit it best. | 没有 USB-C 接口，更适合台式机和老笔记本。
"""


def keyboard(r):
    kind = r.choice(["mech", "mech", "quiet", "low", "ergo"])
    keys = r.choice([61, 68, 84, 98, 108])
    wireless = r.random() < .65
    name = {"mech": ("Mechanical Keyboard", "机械键盘"), "quiet": ("Silent Keyboard", "静音键盘"),
            "low": ("Low-Profile Keyboard", "矮轴键盘"), "ergo": ("Split Ergonomic Keyboard", "分体人体工学键盘")}[kind]
    price = {"mech": 239, "quiet": 119, "low": 279, "ergo": 429}[kind] + keys + (90 if wireless else 0)
    switches = r.choice(["linear", "tactile"]) if kind in ("mech", "low") else "membrane"
    link = "wireless, 3 devices" if wireless else "USB-C cable"
    return item(*name, f"{keys} keys, {'Wireless' if wireless else 'Wired'}", f"{keys} 键 {'无线' if wireless else '有线'}", price,
                kind + (" wl" if wireless else " wired") + (" compact" if keys < 85 else "" if keys < 98 else " full") + " " + switches,
                keys=keys, connection=link, switches=switches,
                noise=f"{r.randrange(28, 36) if kind == 'quiet' else r.randrange(42, 55)} dB",
                battery=f"{r.randrange(2, 13)} months" if wireless else "none", colour=r.choice(COLOURS))


KEYBOARD = """
[open]
mech> A {keys}-key mechanical board with a solid, unhurried keystroke. | {keys} 键机械键盘，手感扎实，回弹干脆。
quiet> {keys} keys that measure only {noise} at the desk. | {keys} 键设计，桌边实测只有 {noise}。
low> A slim {keys}-key board barely thicker than a pencil. | {keys} 键纤薄机身，比一支铅笔厚不了多少。
ergo> {keys} keys in two tilted halves that let the wrists stay straight. | {keys} 键左右分体、微微倾斜，手腕自然放平。
*> A tidy {keys}-key layout with double-shot legends that will not wear off. | {keys} 键规整布局，双色注塑键帽，字符磨不掉。
[need]
quiet> Type past midnight without waking whoever sleeps next door. | 半夜敲字，也不会吵醒隔壁睡觉的人。
quiet> Shared offices and dormitories are where it belongs. | 合租办公室、宿舍，正是它的用武之地。
compact> Leaves room for wide mouse movements on a small desk. | 小桌子上也给鼠标留出大把活动空间。
full> The number pad saves time for anyone doing accounts. | 带数字小键盘，做账录数省时间。
ergo> Made for people whose wrists ache by Thursday. | 每到周四手腕就酸的人，值得试试。
ergo> Shoulders relax when the halves sit apart, as physiotherapists advise. | 两半拉开放，肩膀自然打开，久坐打字舒服得多。
tactile> Writers feel a clear bump when a letter has registered. | 段落感清晰，写稿时每个字有没有触发，指尖都知道。
linear> Smooth travel and every key at once, which players ask for. | 直上直下不卡顿，全键无冲，玩游戏的人就要这个。
low> Packs flat beside a laptop for a week of hotel desks. | 和笔记本一起平放进包，出差一周都带着。
wl> Switches between laptop, tablet and phone with one key. | 一个键就能在电脑、平板、手机之间切换。
[detail]
wl> Batteries last about {battery}. | 电池一次可用约 {battery}。
wired> The braided cable unplugs, so it can be replaced. | 编织线可拆，坏了单换一根就行。
*> White backlight dims by itself in a dark room. | 白色背光会随环境变暗。
*> Keys can be reassigned and the layout is stored on board. | 按键可自定义，设置存在键盘里，换电脑也不丢。
*> A drain hole forgives one cup of coffee. | 底部有导水孔，打翻一杯咖啡还有救。
[note]
*> Key puller and brush in the box. | 附拔键器和小刷子。
*> Legends for both common desktop systems. | 键帽同时印有两种常见系统的标识。
mech> Louder than a membrane board: {noise}. | 声音比薄膜键盘大，约 {noise}。
*> Rubber feet in two heights. | 脚撑两档高度可调。
ergo> Expect a week to get used to it. | 刚上手大约要适应一周。
"""


def mouse(r):
    kind = r.choice(["office", "office", "game", "vertical", "travel"])
    dpi = r.choice({"game": [16000, 26000], "office": [1600, 2400, 4000]}.get(kind, [1600, 2400]))
    wl = kind != "game" or r.random() < .6
    hand = "left" if kind != "travel" and r.random() < .14 else "both" if kind == "travel" else "right"
    name = {"office": ("Mouse", "鼠标"), "game": ("Gaming Mouse", "游戏鼠标"), "vertical": ("Vertical Mouse", "立式鼠标"),
            "travel": ("Travel Mouse", "便携鼠标")}[kind]
    price = {"office": 69, "game": 199, "vertical": 139, "travel": 79}[kind] + dpi / 200 + (50 if wl else 0)
    w = {"office": 80, "game": 52, "vertical": 105, "travel": 58}[kind] + r.randrange(0, 25)
    lh = hand == "left"
    return item(("Left-Handed " if lh else "") + name[0], ("左手" if lh else "") + name[1],
                f"{'Wireless' if wl else 'Wired'} {dpi} dpi", f"{'无线' if wl else '有线'} {dpi}DPI", price * (1.1 if lh else 1),
                kind + (" wl" if wl else " wired") + (" left" if lh else ""), sensor=f"{dpi} dpi", weight=f"{w} g", hand=hand,
                connection="wireless" if wl else "cable", buttons=r.choice([3, 5, 6] if kind != "game" else [5, 6, 8]),
                battery=f"{r.randrange(2, 18)} months" if wl and kind != "game" else f"{r.randrange(50, 95)} h" if wl else "none",
                colour=r.choice(COLOURS))


MOUSE = """
[open]
*> A {weight} mouse with {buttons} buttons and a {sensor} sensor. | {weight} 重，{buttons} 个按键，{sensor} 传感器。
vertical> Holds the hand as in a handshake; {buttons} buttons under the fingers. | 像握手一样自然握持，{buttons} 个按键都在指下。
game> Only {weight}, with a {sensor} sensor that does not skip on fast swipes. | 仅重 {weight}，{sensor} 传感器，大幅甩动也不丢帧。
travel> A flat {weight} mouse that slips into a sleeve with the laptop. | 扁平机身只有 {weight}，和笔记本一起塞进内胆包。
office> A rounded everyday mouse, {weight}, with a wheel that glides or clicks. | 圆润好握的日常鼠标，{weight}，滚轮可顺滑可段落。
[need]
left> Shaped for the left hand, side buttons included, rather than merely symmetrical. | 真正按左手设计，侧键也在左手拇指处，不是左右对称凑合。
vertical> Relieves the forearm during long days of spreadsheet work. | 整天做表格的人，小臂会轻松不少。
vertical> Often chosen after the first twinge of mouse arm. | 手腕刚开始发酸时，换它最合适。
game> Low weight keeps the wrist fresh in the third hour of a match. | 机身够轻，连打三小时手腕也不沉。
game> The scroll wheel steps are firm, so weapon changes are never accidental. | 滚轮刻度清晰，切武器不会误触。
travel> Works on a café table, a tray table or a trouser leg. | 咖啡桌、小桌板，甚至裤腿上都能用。
office> Clicks are hushed, so calls and sleeping cats are undisturbed. | 点击声很轻，开会不串音，猫也不会被吵醒。
office> A palm-filling back suits larger hands. | 背部饱满，手大的人握着踏实。
wl> Pairs with two computers and hops between them with a button. | 可连两台电脑，按一下就切换。
[detail]
wl> Runs for {battery} before needing power. | 一次充满或换电可用 {battery}。
wired> The soft cable does not drag across the mat. | 软线不拖不绊，移动没有牵扯感。
*> Tracks on glass as thin as 4 mm. | 4 毫米以上的玻璃桌面也能用。
*> Feet are smooth and replaceable. | 脚贴顺滑，磨损后可更换。
*> Speed changes in four steps from a button below the wheel. | 滚轮下方按键可调四档速度。
[note]
wl> The receiver hides inside the shell. | 接收器可收进机身里。
*> Needs no driver. | 免驱，插上就能用。
*> Two-year warranty on the switches. | 微动保修两年。
vertical> Small hands should try the size guide first. | 手小的朋友请先看尺寸建议。
*> Wipes clean; the coating does not turn sticky. | 涂层不发黏，擦一擦就干净。
"""

CATS = [
    Cat("lap", "Laptops", "笔记本电脑", 100, "Orvantis Tavrin Nuvabryn Veltamoor Iskardo Zintolma Drennovar",
        "Slate Meridian Kestrel Ferry Atlas Juniper Harbor", laptop, LAPTOP, "bag mou cha sto mon key"),
    Cat("tab", "Tablets", "平板电脑", 70, "Lumeqo Nuvabryn Orvantis Pellucet Ixoluna", "Leaf Folio Pane Drift Sketch", tablet, TABLET,
        "cha key pow bag hea"),
    Cat("mon", "Monitors", "显示器", 80, "Corvalume Tavrin Pellucet Veltamoor Noctavale", "View Prospect Clarity Span Lookout", monitor,
        MONITOR, "lam key mou cha"),
    Cat("key", "Keyboards", "键盘", 80, "Quillmere Iskardo Rundevik Zintolma Brackenfil", "Cadence Stanza Cobble Hush Delta", keyboard,
        KEYBOARD, "mou lam"),
    Cat("mou", "Mice", "鼠标", 70, "Quillmere Iskardo Rundevik Drennovar", "Vole Dart Pebble Shuttle Finch", mouse, MOUSE, "key bag"),
]

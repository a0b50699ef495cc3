# SPDX-License-Identifier: Apache-2.0
"""Cameras, lenses, printers, routers and storage."""
from .base import Cat, item


def camera(r):
    kind = r.choice(["mirrorless", "mirrorless", "compact", "action", "instant", "vlog"])
    mp = r.choice({"mirrorless": [24, 26, 33, 45], "compact": [18, 20], "action": [12, 20], "instant": [10], "vlog": [20, 24]}[kind])
    mount = r.choice(["E1", "K2"]) if kind in ("mirrorless", "vlog") else "fixed"
    name = {"mirrorless": ("Mirrorless Camera", "无反相机"), "compact": ("Compact Zoom Camera", "便携变焦相机"), "action": ("Action Camera", "运动相机"),
            "instant": ("Instant Camera", "拍立得相机"), "vlog": ("Vlog Camera", "Vlog 相机")}[kind]
    price = {"mirrorless": 3600, "compact": 2100, "action": 1300, "instant": 480, "vlog": 3100}[kind] + (mp * 95 if kind == "mirrorless" else mp * 12)
    suffix = f", Mount {mount}" if mount != "fixed" else ""
    return item(*name, f"{mp} MP{suffix}", f"{mp}MP{' ' + mount + ' 卡口' if mount != 'fixed' else ''}", price, kind + (" mount" if mount != "fixed" else ""),
                resolution=f"{mp} MP", mount=mount, weight=f"{ {'mirrorless': 430, 'compact': 280, 'action': 140, 'instant': 290, 'vlog': 330}[kind] + r.randrange(0, 120)} g",
                video="none" if kind == "instant" else r.choice(["4K 30", "4K 60"]), card="none" if kind == "instant" else "SD" if kind != "action" else "microSD",
                zoom=f"{r.choice([5, 8, 15, 30])}x" if kind == "compact" else "none")


CAMERA = """
[open]
mirrorless> A {resolution} body of {weight} with a bright eye-level finder. | {resolution} 机身，{weight}，目镜取景明亮。
vlog> A {weight} camera with a screen that faces you and a wind-proof microphone. | {weight} 轻巧机身，屏幕可翻到正面，麦克风自带防风。
compact> {zoom} zoom folded into a {weight} pocket camera. | {zoom} 变焦，全收进 {weight} 的口袋机里。
action> A {weight} cube that films {video} and shrugs off water. | {weight} 的小方块，拍 {video}，下水也不怕。
instant> Prints a card-sized photograph while you wait; {weight}. | 即拍即出卡片大小的照片，机身 {weight}。
[need]
mirrorless> Eye focus follows a toddler across the room. | 眼部对焦盯得住满屋跑的孩子。
mirrorless> A first serious camera for travel and portraits. | 想认真学摄影，旅行、人像都从它开始。
mirrorless> Quiet shutter for concerts, weddings and sleeping babies. | 音乐会、婚礼、拍熟睡的宝宝，静音快门都不打扰。
vlog> Cooking channels and shop tours can be filmed alone. | 一个人也能拍做饭、拍探店。
vlog> Smooths walking footage without a gimbal. | 边走边拍画面也稳，不用另带稳定器。
compact> Brings school stage performances close from the back row. | 坐在礼堂后排，也能拍清孩子的演出。
compact> Birds and monuments on holiday, without a bag of lenses. | 旅行拍鸟、拍古建，不用背一包镜头。
action> Skiing, snorkelling and motorbike rides stay level. | 滑雪、浮潜、骑摩托，画面始终水平。
action> Mounts on a dog harness for a laugh. | 装在狗狗背带上，看看它眼里的世界。
instant> Weddings and birthday tables: guests take a picture home. | 婚礼、生日会上，客人当场就能带走一张照片。
[detail]
!instant> Sends pictures to the phone while you walk. | 边走边把照片传到手机。
!instant> Charges over USB-C, even while filming. | USB-C 边拍边充。
mount> Takes any lens for its mount, {mount}. | 可换 {mount} 卡口的任意镜头。
instant> A small mirror by the lens helps with self-portraits. | 镜头旁有小镜子，自拍好构图。
instant> Exposure sets itself, indoors and out. | 室内室外自动测光。
[note]
mount> Body only; lenses are listed under accessories. | 单机身，镜头见推荐配件。
!instant> Memory card not included. | 不含存储卡。
instant> Film packs are bought separately. | 相纸需另购。
*> Strap and battery included. | 附背带和电池。
"""


def lens(r):
    kind = r.choice(["prime", "prime", "wide", "tele", "macro", "allround"])
    mm = r.choice({"prime": ["35", "50", "85"], "wide": ["12-24", "16", "16-35"], "tele": ["70-200", "100-400", "70-300"],
                   "macro": ["60", "100"], "allround": ["24-70", "24-105", "18-150"]}[kind])
    f = r.choice({"prime": ["1.4", "1.8", "2"], "wide": ["2.8", "4"], "tele": ["4", "5.6"], "macro": ["2.8"], "allround": ["2.8", "4"]}[kind])
    mount = r.choice(["E1", "K2"])
    price = {"prime": 1100, "wide": 2600, "tele": 3600, "macro": 2300, "allround": 2900}[kind] * (1.7 if f in ("1.4", "2.8") else 1)
    name = {"prime": ("Prime Lens", "定焦镜头"), "wide": ("Wide Lens", "广角镜头"), "tele": ("Telephoto Zoom", "长焦变焦镜头"),
            "macro": ("Macro Lens", "微距镜头"), "allround": ("Standard Zoom", "标准变焦镜头")}[kind]
    return item(*name, f"{mm} mm f/{f}, Mount {mount}", f"{mm}mm f/{f} {mount} 卡口", price, kind + (" fast" if f in ("1.4", "1.8", "2") else "") + (" m85" if mm == "85" else ""),
                focal_length=f"{mm} mm", aperture=f"f/{f}", mount=mount, filter=f"{r.choice([49, 58, 67, 72, 77])} mm",
                weight=f"{ {'prime': 210, 'wide': 420, 'tele': 780, 'macro': 480, 'allround': 520}[kind] + r.randrange(0, 180)} g", sealed=r.choice(["yes", "no"]))


LENS = """
[open]
*> {focal_length} at {aperture} for mount {mount}, {weight}. | {mount} 卡口，{focal_length_raw} {aperture}，重 {weight}。
prime> A small {focal_length} lens with a lively, rounded background. | 小巧的 {focal_length_raw} 定焦，虚化圆润有味道。
tele> A {focal_length} zoom with its own stabiliser. | {focal_length_raw} 长焦，自带防抖。
[need]
fast> Indoor family pictures without a flash. | 室内拍家人，不开闪光灯也够亮。
m85> Flattering portraits with a soft background. | 拍人像显气质，背景化得开。
prime> Light enough to leave on the camera every day. | 轻到可以天天挂在机身上。
wide> Whole rooms for letting adverts, whole valleys for the album. | 拍房源能收下整间屋，拍风景能装下整条山谷。
wide> Night skies and narrow lanes. | 星空、窄巷，都要靠它。
tele> Sports days, birds and the moon. | 运动会、飞鸟、月亮，拉得近。
tele> Reaches the stage from the balcony. | 坐在二楼，也能拍清舞台。
macro> Insects, jewellery and food at life size. | 拍昆虫、首饰、美食，一比一还原。
macro> Online sellers can show fabric weave and watch faces. | 网店拍面料纹理、表盘细节，一支就够。
allround> One lens for a trip with the family. | 全家出游，一镜走天下。
allround> Street at one end, portrait at the other. | 一头扫街，一头拍人像。
[detail]
*> Focus is quick and nearly silent in video. | 对焦快，录视频几乎听不到马达声。
*> Takes {filter} filters. | 滤镜口径 {filter}。
*> The control ring can be set to aperture or brightness. | 控制环可设为光圈或曝光补偿。
*> Edges are sharp from the first stop down. | 收一档光圈，边缘就很锐。
[note]
*> Fits only mount {mount}; check your camera. | 仅限 {mount} 卡口，请核对机身。
*> Hood and caps included. | 附遮光罩和前后盖。
*> Two-year warranty. | 保修两年。
"""


def printer(r):
    kind = r.choice(["tank", "tank", "laser", "laser", "photo", "label"])
    ppm = r.choice({"tank": [10, 15], "laser": [20, 28, 34], "photo": [5, 8], "label": [30]}[kind])
    duplex = kind in ("tank", "laser") and r.random() < .55
    scan = kind in ("tank", "laser") and r.random() < .65
    price = {"tank": 720, "laser": 890, "photo": 760, "label": 210}[kind] + ppm * 12 + (180 if duplex else 0) + (260 if scan else 0)
    name = {"tank": ("Ink Tank Printer", "墨仓式打印机"), "laser": ("Laser Printer", "激光打印机"), "photo": ("Photo Printer", "照片打印机"),
            "label": ("Label Printer", "标签打印机")}[kind]
    extra = ("Print, Scan, Copy", "打印扫描复印") if scan else ("Double-Sided", "自动双面") if duplex else ("Compact", "小巧款")
    return item(*name, f"{extra[0]} {ppm} {'labels/min' if kind == 'label' else 'ppm'}", f"{extra[1]} {ppm}{'张' if kind == 'label' else '页'}/分", price, kind + (" duplex" if duplex else "") + (" scan" if scan else ""),
                speed=f"{ppm} {'labels' if kind == 'label' else 'pages'}/min", double_sided="automatic" if duplex else "no", scanner="yes" if scan else "no",
                tray=f"{r.choice([100, 150, 250]) if kind in ('tank', 'laser') else 20} sheets", width=f"{ {'tank': 37, 'laser': 36, 'photo': 22, 'label': 12}[kind] + r.randrange(0, 6)} cm",
                network="Wi-Fi, USB" if kind != "label" else "Bluetooth")


PRINTER = """
[open]
!label> Prints {speed} and is {width} wide. | 打印速度 {speed}，机身宽 {width}。
label> A {width} wide box that prints labels from a roll, {speed}. | {width}宽的小机器，卷纸出标签，{speed}。
tank> Refillable bottles and a {tray} tray keep the cost per page low. | 瓶装墨水直接加，{tray}纸盒，单页成本低。
laser> Crisp black text, {speed}, ready seconds after waking. | 黑白文字锐利，{speed}，唤醒几秒就出纸。
[need]
tank> Homework, worksheets and colour maps without worrying about ink. | 孩子的作业、练习卷、彩色地图，随便打不心疼墨。
tank> A family that prints every week will notice the savings within a year. | 每周都打印的家庭，一年就能看出省了多少。
laser> Left idle for a month, it still prints: no nozzles to dry out. | 放一个月不用照样能打，没有喷头可堵。
laser> Contracts and invoices in a small office. | 小办公室打合同、打票据正合适。
photo> Holiday snaps on glossy paper straight from the phone. | 旅行照片手机直连，冲成光面相片。
photo> Passport pictures can be cut from a template at home. | 在家套模板打证件照，自己裁就行。
label> Jars, cables and school uniforms get their names. | 调料罐、网线、校服，统统贴上名字。
label> Small sellers print parcel labels without ink. | 小店主打快递面单，不用墨。
[detail]
duplex> Prints both sides by itself. | 自动双面打印，省一半纸。
scan> The flatbed scans identity cards to a single page. | 平板扫描，身份证正反面合成一页。
*> Phones print without installing a driver. | 手机免驱直接打。
*> The panel shows plain messages, not codes. | 面板提示说人话，不用查错误码。
[note]
*> Starter supplies included. | 附首批耗材。
label> Takes common roll sizes up to 110 mm. | 支持 110 毫米以内的常见卷纸。
!label> Leave 20 cm behind for the paper path. | 背后请留 20 厘米走纸空间。
tank> Print a page each week to keep colours fresh. | 建议每周打一页，保持喷头通畅。
!label> One-year on-site repair in large cities. | 大城市一年上门维修。
"""


def router(r):
    kind = r.choice(["single", "single", "mesh", "mesh", "travel", "game"])
    gen = r.choice([6, 6, 7]) if kind != "travel" else 6
    packs = r.choice([2, 3]) if kind == "mesh" else 1
    area = {"single": 80, "mesh": 90 * packs, "travel": 30, "game": 110}[kind] + r.randrange(0, 5) * 10
    price = {"single": 199, "mesh": 260 * packs, "travel": 149, "game": 590}[kind] * (1.6 if gen == 7 else 1)
    name = {"single": ("Wi-Fi Router", "无线路由器"), "mesh": ("Mesh Wi-Fi System", "Mesh 分布式路由"), "travel": ("Travel Router", "便携路由器"),
            "game": ("Gaming Router", "电竞路由器")}[kind]
    return item(*name, f"Wi-Fi {gen}{f', {packs}-Pack' if packs > 1 else ''}", f"Wi-Fi {gen}{f' {packs} 只装' if packs > 1 else ''}", price, kind + (" w7" if gen == 7 else ""),
                standard=f"Wi-Fi {gen}", coverage=f"{area} m²", ports=f"{r.choice([3, 4]) if kind != 'travel' else 2} x {r.choice(['1', '2.5'])} Gbit/s",
                devices=r.choice([64, 128, 200]), units=packs)


ROUTER = """
[open]
*> {standard} for about {coverage}, with {ports_en}. | {standard}，覆盖约 {coverage}，带 {ports_zh}。
mesh> {units} matching units that share one network name over {coverage}. | {units} 只一套，同一个网名覆盖 {coverage}。
[need]
single> Video lessons and streaming hold steady in a two-bedroom flat. | 两居室里上网课、看视频都稳。
single> Set up in five minutes from a phone, with a guest network for visitors. | 手机五分钟设好，还能给客人单开访客网络。
mesh> Reaches the bathroom at the end of the corridor and the balcony study. | 走廊尽头的卫生间、阳台书房都有信号。
mesh> Thick walls and two floors stop being an excuse. | 墙厚、复式，也不再断断续续。
travel> Turns a hotel socket into private Wi-Fi for the whole family. | 酒店一根网线，变成全家的私密 Wi-Fi。
game> Games go first when someone else starts a download. | 家里有人下载，游戏数据也优先走。
game> A wired port for the console keeps delay even. | 主机插专用网口，延迟稳稳的。
w7> Ready for laptops and phones of the next few years. | 未来几年的新手机、新电脑都用得上。
[detail]
*> Parents can set hours for each child's device. | 家长可给每台设备设上网时段。
*> Handles up to {devices} devices, smart bulbs included. | 最多带 {devices} 台设备，智能灯泡也算在内。
*> Security updates install overnight. | 夜间自动装安全更新。
*> Lights can be switched off in a bedroom. | 指示灯可关，放卧室不晃眼。
[note]
*> Works behind any provider's modem. | 各家宽带光猫后面都能接。
*> Brick walls reduce coverage. | 砖墙会缩小覆盖范围。
*> Network cable included. | 附网线。
"""


def storage(r):
    kind = r.choice(["ssd", "ssd", "card", "card", "stick", "nas", "disk"])
    cap = r.choice({"ssd": ["500 GB", "1 TB", "2 TB", "4 TB"], "card": ["64 GB", "128 GB", "256 GB", "512 GB"], "stick": ["64 GB", "128 GB", "256 GB"],
                    "nas": ["4 TB", "8 TB", "16 TB"], "disk": ["1 TB", "2 TB", "5 TB"]}[kind])
    speed = r.choice({"ssd": [1050, 2000, 2800], "card": [100, 170, 280], "stick": [150, 400], "nas": [110, 280], "disk": [130]}[kind])
    gb = int(cap.split()[0]) * (1000 if "TB" in cap else 1)
    price = {"ssd": 150 + gb * .42, "card": 29 + gb * .55, "stick": 25 + gb * .4, "nas": 1100 + gb * .16, "disk": 240 + gb * .11}[kind] + speed * .04
    form = r.choice(["SD", "microSD"]) if kind == "card" else {"ssd": "pocket", "stick": "USB-C and USB-A", "nas": "two-bay", "disk": "2.5 in"}[kind]
    name = {"ssd": ("Portable SSD", "移动固态硬盘"), "card": (f"{form} Card", f"{form} 存储卡"), "stick": ("Dual USB Drive", "双接口 U 盘"),
            "nas": ("Home Network Storage", "家庭私有云"), "disk": ("Portable Hard Drive", "移动硬盘")}[kind]
    return item(*name, f"{cap} {speed} MB/s", f"{cap.replace(' ', '')} {speed}MB/s", price, kind + (" sd" if form == "SD" else " micro" if form == "microSD" else ""),
                capacity=cap, speed=f"{speed} MB/s", form=form, warranty=r.choice(["3 years", "5 years"]))


STORAGE = """
[open]
*> {capacity} reading at up to {speed}. | {capacity}，读取最高 {speed}。
ssd> A {capacity} drive the size of a bank card, {speed}. | 银行卡大小的 {capacity} 固态盘，速度 {speed}。
nas> {capacity} on a shelf at home, with two mirrored disks. | 放在家里的 {capacity} 私有云，双盘互备。
[need]
ssd> Edit video straight from the drive on a train. | 在高铁上直接从盘里剪视频。
ssd> Moves a year of photographs in minutes. | 一年的照片几分钟就拷完。
sd> Keeps up with bursts and 4K in mirrorless cameras. | 无反相机连拍、录 4K 都跟得上。
micro> For action cameras, doorbells, tablets and handheld consoles. | 运动相机、门铃、平板、掌机都能用。
card> Survived a washing machine in our test. | 我们测试时丢进洗衣机洗过一轮，数据还在。
stick> Swaps files between a phone and an office computer with no cloud. | 手机和办公室电脑互传文件，不必上网盘。
nas> Backs up every phone in the family overnight. | 夜里自动备份全家手机的照片。
nas> Replaces a monthly cloud fee, and the pictures stay at home. | 省下网盘月费，照片留在自己家里。
disk> A low-cost second copy of the family archive. | 给家庭资料留个低成本的第二份备份。
disk> Records television programmes or holds a film collection. | 录电视节目、存电影收藏都划算。
[detail]
*> Encrypts with a password if you wish. | 可设密码加密。
*> Warranty of {warranty_en}. | 质保 {warranty_zh}。
*> Works from freezing winters to hot cars. | 严冬户外、夏天车内都能正常工作。
ssd> Drop tested from two metres. | 通过两米跌落测试。
[note]
*> Usable space is a little below the label. | 实际可用容量略小于标称，属正常。
nas> Needs a network cable to the router. | 需用网线接路由器。
*> Keep a second copy of anything precious. | 重要资料请另存一份。
card> Adapter sleeve included. | 附收纳卡套。
"""

CATS = [
    Cat("cam", "Cameras", "相机", 60, "Ostrevane Solvabrook Pyxoria Aldermoque", "Heron Vista Moment Fieldnote", camera, CAMERA, "len sto bag"),
    Cat("len", "Lenses", "镜头", 60, "Ostrevane Solvabrook Aldermoque", "Clear Iris Glass Horizon", lens, LENS, "cam bag"),
    Cat("pri", "Printers", "打印机", 55, "Glimsworth Jorvendal Bexandral", "Ledger Press Copywell Inkwell", printer, PRINTER, "rou"),
    Cat("rou", "Routers", "路由器", 60, "Jorvendal Fennivolt Tavrin", "Relay Bridge Ripple Mast", router, ROUTER, "smh sto"),
    Cat("sto", "Storage", "存储设备", 80, "Bexandral Dunmarrow Ostrevane Jorvendal", "Vault Archive Crate Keep Swift", storage, STORAGE, "cha bag"),
]

# SPDX-License-Identifier: Apache-2.0
"""Further needs and details by category prefix, and sentences about colour for every category."""

COLOURS_ZH = {"black": "黑色", "white": "白色", "silver": "银色", "graphite": "石墨灰", "navy": "藏青色", "sage green": "灰绿色",
              "sand": "沙棕色", "terracotta": "陶土红"}
COLOUR = [
    ("*", "Finished in {colour}.", "颜色为{colour}。"),
    ("*", "This version is {colour}.", "这款是{colour}。"),
    ("*", "The colour here is {colour}.", "配色为{colour}。"),
    ("*", "Pictured in {colour}.", "图示颜色：{colour}。"),
]

MORE = {
    "lap": """
[need]
home> Two people can share it with separate sign-ins and one printer queue. | 一家两口分账户用，共用一台打印机也不乱。
light> Interpreters and reporters praise how fast it wakes when the lid opens. | 开盖即亮，跑采访、做口译的人最看重这一点。
create> Illustrators get even brightness right into the corners. | 画插画的人会喜欢它四角均匀的亮度。
game> A separate key shows temperatures, for those who like to tinker. | 有专门按键看温度，爱折腾的玩家不会无聊。
*> Recorded lectures and meetings stay searchable on the {storage} drive. | {storage} 硬盘，网课和会议录像都留得住。
[detail]
*> The lid opens with one finger and does not wobble. | 单指开合，屏幕不晃。
*> About {battery} away from a socket in ordinary use. | 日常使用约 {battery} 不用找插座。
""",
    "pho": """
[need]
*> Fits most car holders and gimbals without removing the case. | 不摘壳也能放进多数车载支架和稳定器。
photo> Food and documents come out straight and evenly lit. | 拍菜、拍文件，端正又没有阴影。
long> A student can leave the charger at home from Monday to Tuesday. | 学生周一带出门，周二晚上再充也来得及。
small> Runners hardly feel it in an armband. | 跑步绑在臂带上，几乎没有负担。
basic> Suits a shop counter or a delivery bag. | 放柜台收款、跑配送都合适。
senior> The family can help from a distance by sharing the screen. | 子女可远程看到屏幕，手把手教。
""",
    "hea": """
[need]
wl> Language learners can slow a track without the voice turning deep. | 学外语放慢速度，声音也不变调。
over> A film on a long flight ends before your ears ache. | 长途飞机看完一部电影，耳朵也不疼。
bud> Calls from a busy street are understood at the other end. | 在闹市打电话，对方也听得清。
open> Cooks can hear the pan and the podcast together. | 一边做饭一边听播客，锅里的动静也听得见。
studio> Fair for judging a mix before it is published. | 上传作品前用它听一遍，心里有数。
""",
    "kit": """
[need]
rice> Steams vegetables above the rice at the same time. | 上面蒸菜下面焖饭，一锅搞定。
kettle> The spout pours slowly enough for tea ceremonies. | 出水细而稳，泡功夫茶不溅。
air> Sweet potatoes turn soft and caramelised in forty minutes. | 烤红薯四十分钟流蜜。
blend> Black sesame and nuts become a smooth paste. | 黑芝麻、坚果也能打成细糊。
micro> Defrosts minced meat without cooking the edges. | 解冻肉末，边上不会先熟。
oven> Keeps temperature steady for chiffon cakes. | 温度稳，戚风不容易塌。
slow> White fungus soup thickens gently overnight. | 睡前炖上银耳羹，早上就出胶。
hob> Holds a gentle simmer for congee. | 小火煲粥不溢锅。
toast> Warms yesterday's buns as well as sliced bread. | 隔夜的小餐包也能烤回松软。
egg> Doubles as a small steamer for dumplings. | 蒸几个饺子、烧麦也行。
""",
    "vac": """
[need]
stick> A headlight on the brush shows dust beneath the bed. | 刷头带灯，床底的灰看得清清楚楚。
robot> Returns to its base, charges and finishes the room it left. | 没电自己回去充，充好接着扫完。
wet> Grandparents can push it with one hand. | 老人单手也推得动。
hand> Keep it in the car for beach sand. | 放车上，海边回来吸沙子正好。
canister> The long hose reaches curtains and ceiling corners. | 长软管能够到窗帘和墙角。
""",
    "smh": """
[need]
bulb> Turns red for a minute when the washing is done. | 衣服洗好，灯会变红提醒一分钟。
plug> Shows which old appliance wastes electricity. | 哪件老电器费电，一看便知。
lock> Locks itself when the door falls shut. | 关门自动上锁，不用回头拉一下。
bell> Hears you over street noise. | 楼道吵闹也听得清彼此说话。
""",
    "mon": """
[need]
*> Reviewing long documents side by side takes less head turning. | 两份长文档并排核对，脖子不用来回转。
office> Reception desks and classrooms use it for years. | 前台、教室里一用就是好几年。
game> Dark corners in a game can be lifted without washing out the rest. | 游戏暗部可以单独提亮，亮处不发白。
""",
    "key": """
[need]
*> A first good keyboard after the one that came with the computer. | 从电脑自带键盘升级，第一把选它不会错。
*> Programmers can put brackets and arrows where they like. | 写代码的人可以把括号和方向键改到顺手处。
full> Shop tills and spreadsheets go faster with real number keys. | 收银、做表，有实体数字键快得多。
""",
    "mou": """
[need]
*> Fits people who move between home and office every day. | 家和公司两头跑的人，带着它最省心。
*> Precise enough for trimming photos and video clips. | 抠图、剪片，落点够准。
game> Light clicks help in strategy games played for hours. | 玩几小时策略游戏，轻点键不累手指。
""",
    "sto": """
[need]
!nas+!card> Give it to parents with the family album already on it. | 存好全家福相册，送给爸妈很贴心。
*> Keep tax papers and scans apart from the laptop. | 报税资料、扫描件，和电脑分开存更安心。
card> Dashboard cameras can overwrite it day after day. | 行车记录仪天天循环写入也扛得住。
""",
    "cam": """
[need]
*> Grandparents far away get prints or clips within minutes. | 拍完几分钟，远方的爷爷奶奶就能看到。
mirrorless> Astronomers and bird watchers value the manual dials. | 拍星空、拍鸟的人会喜欢实体拨轮。
""",
    "len": """
[need]
*> Weekend workshops often recommend one of this kind. | 周末摄影班常推荐学员配一支这样的头。
prime> Balances well on small bodies. | 装在小机身上也不头重脚轻。
""",
    "tvs": """
[need]
*> Exercise videos can be followed from the mat. | 铺开垫子就能跟着做操。
*> Holiday photos go from phone to screen with one tap. | 手机照片一点就投上大屏，全家一起看。
""",
    "air": """
[need]
*> Shows at a glance whether it is worth opening the window. | 要不要开窗，看一眼数值就知道。
room> Helps children with sensitive airways through smoggy weeks. | 雾霾天，呼吸道敏感的孩子会好过些。
""",
    "chr": """
[need]
*> Holds its shape after years of daily use. | 天天坐，几年也不塌。
ergo> The seat slides forward for long thighs. | 坐垫能前移，大腿长也托得住。
""",
    "cof": """
[need]
!grinder> Fits a tea corner at work. | 放在公司茶水间也合适。
espresso> Two cups at once for a couple's breakfast. | 一次出两杯，夫妻早餐刚好。
""",
    "tab": """
[need]
adult> A steady second screen beside the laptop. | 放笔记本旁边当副屏，很实用。
adult> Piano pupils and choir singers turn pages with a tap. | 学琴、合唱翻谱，轻点一下就好。
""",
    "spe": """
[need]
*> Podcasts stay clear at low volume. | 小音量听播客，人声也清楚。
*> Background music for a small shop. | 小店里放背景音乐也够用。
""",
    "pow": """
[need]
*> Keep one in the car for emergencies. | 车里备一块，应急用得上。
*> Survives a day at a theme park with the children. | 带娃逛一天游乐园，电量撑得住。
""",
    "cha": """
[need]
!car> A tidy spare for the office drawer. | 办公室抽屉里备一个，省得天天带。
!car> Good to have in a guest room. | 放客房给客人用，也体面。
""",
    "wat": """
[need]
!kids> Pays for a coffee without a wallet. | 不带钱包，抬腕就能买杯咖啡。
!kids> A gentle nudge to stand up after an hour. | 坐满一小时，轻轻提醒你起来走走。
""",
    "bag": """
[need]
pack> Fits a folded umbrella and a passport as well. | 折叠伞和护照也能一起放下。
!case+!camera> Looks as right on a train as in a lecture hall. | 坐高铁、进教室都搭。
""",
    "rou": """
[need]
!travel> Copes with a house full of guests at New Year. | 过年一屋子亲戚，网也不卡。
!travel> Elderly parents need not touch it again after set-up. | 给爸妈装好以后，基本不用再管。
""",
    "pri": """
[need]
scan> Copies of identity papers without a walk to the shop. | 复印证件，不用再跑打印店。
""",
    "fan": """
[need]
cool+!desk> Dries a mopped floor on humid days. | 回南天拖完地，吹一吹干得快。
heat> Takes the chill off a study in the early morning. | 清早书房冷，开一会儿就有暖意。
""",
    "hum": """
[need]
*> House plants from warm countries keep their leaves. | 喜湿的绿植，叶尖不再发焦。
*> Lips and contact lenses feel better in winter. | 冬天嘴唇不干，戴隐形也舒服些。
""",
    "lam": """
[need]
*> Needlework and repairs stay easy after dark. | 晚上做针线、修小物件也看得清。
*> Friendly to housemates: the light stays on your side. | 光只照自己这边，不打扰室友。
""",
    "ere": """
[need]
*> Take a shelf of novels to a seaside holiday. | 去海边度假，一书架小说都带上。
*> Commuters read standing, without a bright screen in the carriage. | 地铁上站着看，也没有刺眼的亮屏。
""",
    "con": """
[need]
*> A present that needs no size. | 送礼不用问尺码。
*> Feels steady in long story games. | 玩长篇剧情游戏，握久了也稳。
""",
    "prj": """
[need]
*> Training sessions and club evenings without a rented screen. | 培训、社团放映，不用再租屏幕。
!short> Children's birthday films in the garden. | 院子里给孩子放生日电影。
""",
}

track-title = 查进度
track-lead = 输入回执单上的编号和查询码。
track-open = 查询
track-lost = 查询码丢了：带身份证件到任何一个服务窗口，由两名工作人员核对后补发。
track-steps = 办理经过
track-words = 您写的内容
track-readings = 谁看过您的个人信息
track-readings-none = 还没有工作人员看过。
track-readings-caption = 每次查看前先记录
track-messages = 发给您的通知
track-messages-none = 还没有发过，或者您没有留联系方式。
track-messages-caption = 发送情况
track-back = 回到这件事
field-number = 编号
field-number-hint = 以 MS 开头，空格和大小写都没关系。
field-query-code = 查询码
field-query-code-hint = 四组，每组四位。
readings-days = { $first }至{ $last }，共 { $days } 天
readings-when = 时间
readings-who = 谁
readings-why = 为了什么
messages-when = 时间
messages-what = 内容
messages-state = 状态
list-comma = 、

part-words = 事情内容和书面答复
part-files = 附件
part-contact = 姓名和联系方式
disclosed-to = { $day }提供给{ $body }。提供的部分：{ $parts }。
disclosed-later = 当时没有马上告知，依据是：
disclosed-by = 提出并同意的两个人：{ $names }。
story-unmasked = { $first }提出，{ $second }同意；{ $first }在 { $moment } 以前可以看到姓名和联系方式。
archive-title = 带走
archive-why = 一个压缩包：您写的、每一步、每份答复、附件、谁看过、回执和证明。不用账号，谁都能核对有没有被改过。
archive-take = 带走我的全部资料
archive-made = { $moment }从 { $origin } 取出。
archive-readme-what =
    编号 { $number } 的全部资料
    ====================
    打开 index.html 就能看，断网也行，可以打印。
archive-readme-files =
    index.html        这件事：您写的、每一步、答复、谁看过、发过什么通知
    matter.json       同样的内容，给程序读
    files/            附件，去掉了隐藏信息
    receipt.txt       回执：您的原文和日期，以及它在公开记录里的位置
    proofs/           以后每一步在公开记录里的证明
    log/checkpoint    取出时公开记录的签名检查点
    log/vkey          验证公钥
    SHA256SUMS        以上每个文件的校验值
    SHA256SUMS.signed 网站对校验值的签名
archive-readme-check =
    怎么核对（不用账号，不用联网）
    1. 有 minsheng 程序的：minsheng verify --archive 这个压缩包 --vkey 公钥
    2. 有 Python 的：python3 verify_archive.py 这个压缩包 公钥（在本项目的文档里，和 verify.py 放在一起）
    3. 只看有没有坏：解开以后在里面运行 sha256sum -c SHA256SUMS
    公钥请从别处抄来再比：回执单、公报、别人手里的旧压缩包。这里的是：
    { $vkey }
archive-readme-shows =
    能看出什么：改过一个字节，会说出是哪个文件；少了、多了文件也会说；回执和每一步都在公开记录里。
    看不出什么：答复对不对；取出以后又发生了什么。
archive-readme-care = 里面有您的姓名、联系方式和您写的话。请放在自己的设备上；公用电脑上用完请删除。
disclosed-ask = 我对提供给{ $body }有疑问，请{ $office }查
disclosed-question = 我对 { $day } 把我的事依法提供给{ $body }有疑问，请查一查：依据对不对，有没有必要，给了哪些内容，是谁批的。查的结果请告诉我。
disclosed-doubt = 对依法提供有疑问，可以打负责单位的电话，也可以请上级机关、网信部门查。
words-kept = 您刚才写的（没有丢，改好可以再提交）

who-you = 您
who-delegate = 代办人
who-system = 系统
who-staff = 工作人员

stage-received = 已收到
stage-registered = 已登记
stage-not-accepted = 不予受理
stage-accepted = 已受理
stage-assigned = 已转送
stage-handling = 办理中
stage-replied = 已答复
stage-followed-up = 已回访
stage-closed = 已办结
stage-withdrawn = 已撤回

event-filed = 提交
event-registered = 登记
event-accepted = 受理
event-not-accepted = 不予受理
event-simplified = 转为简易办理
event-assigned = 转给另一个单位，等它接收
event-taken = 接收
event-returned = 退回
event-disputed = 谁来办有争议，提交联席会议
event-arbitrated = 联席会议定了由谁负责
event-called-in = 请其他单位一起办
event-co-answered = 协办单位答复
event-whistled = 吹哨，请部门到场
event-whistle-answered = 部门报到
event-whistle-graded = 评价部门到场
event-referral-reported = 记下有单位让您另跑一处
event-referral-answered = 该单位作了说明
event-extended = 延长期限
event-paused = 暂停计时
event-resumed = 恢复计时
event-supplement-asked = 请您补充
event-joined = 和大家反映的是同一件事
event-supplemented = 补充
event-replied = 答复
event-delivered = 送达
event-followed-up = 回访
event-closed = 办结
event-merged = 与同一件事合并办理
event-unmerged = 恢复单独办理
event-spokespersons-named = 登记代表
event-handed-over = 换了经办人
event-moved = 机构调整，由新单位接着办
event-withdraw-asked = 申请撤回
event-texts-wanted = 申请用短信接收进展
event-texts-stopped = 不再用短信接收进展
event-withdraw-revoked = 取消撤回
event-withdrawn = 撤回生效
event-rated = 评价
event-reopened = 要求重新办理
event-review-asked = 申请复查
event-review-decided = 复查意见
event-recheck-asked = 申请复核
event-recheck-decided = 复核意见
event-delegate-named = 指定代办人
event-delegate-removed = 取消代办人
event-code-reissued = 补发查询码，旧码失效
event-due-recomputed = 放假安排公布，重新计算期限
event-came-again = 同一件事多次提出，已经报告上级
story-came-again = 这是第 { $times } 次为这件事提出：已经告诉{ $office }的领导；单位里有别的人能办的，由没有答复过的人答复。
event-escalated = 到期没有答复，已经上报

story-whole = 看全文
story-escalated-1 = 到{ $day }没有按期答复，已经报给{ $office }的负责人。
story-escalated-2 = 到{ $day }没有按期答复，已经报给{ $office }的领导和督查人员。
event-alarmed = 有人身危险，还没有人打开，又通知了一遍
event-sorted = 归了类
event-kind-named = 定了诉求类型
story-kind = 类型：{ $kind }
event-alarm-answered = 已经有人打开看了
event-disclosed = 依法提供给其他机关
event-unmasked = 查看您要求保密的姓名
story-alarmed-0 = 通知了单位里当班的人。
story-alarmed-1 = 通知了单位里当班的人、单位负责人和代班的人。
story-alarmed-2 = 通知了单位里当班的人、单位负责人、上级领导和督查人员。
danger-unheard = 您说有人身危险：工作人员还没有打开这件事
danger-heard = 您说有人身危险：已经有人在看
danger-heard-by = { $who }，{ $moment }。
danger-letters = 已写信通知工作人员 { $people } 人，发出 { $sent } 封。
danger-next = 到{ $moment }还没有人打开，会再通知一遍，通知的人会更多。
story-category = 类别：{ $category }
story-recomputed = 放假安排公布或者更正了，期限按规定重新计算：原来到{ $before }，现在到{ $day }
story-until = 期限到{ $day }
story-assigned = 转给{ $office }；它最迟{ $day }提出异议，否则就算接收
story-ruled = 由{ $office }负责
story-review-until = 不服可以在{ $day }前申请复查
story-withdraw-until = { $moment }生效，之前可以取消
story-reissued = 核对了{ $shown }，另一名在场工作人员：{ $second }

reply-request = 您的请求
reply-facts = 事实和理由
reply-opinion = 处理意见
reply-basis = 依据
reply-way-on = 不服怎么办

declined-title = { $office }{ $day }决定不予受理，理由和该去哪里如下
declined-ways = 您还可以
declined-anew = 补齐材料、写得更清楚，或者有了新的情况，都可以另写一件，会重新看。
declined-anew-link = 另写一件
declined-ask = 对理由不明白，可以直接问作出决定的单位：
declined-above = 觉得应该受理，可以向上一级反映；该受理没有受理的，上一级要督促改正：

waits-supplement = 请您补充材料
waits-withdraw = 撤回还没生效
waits-joined = 您说了：和大家反映的是同一件事
waits-joined-why = 负责单位看到以后，由工作人员确认要不要合在一起办；不管合不合，您都会收到自己的答复。
waits-merged = 这件事与同一件事合并办理
waits-merged-why = 一起查、一起办，您仍会收到自己的答复。

sealed-title = 单独加密保存
sealed-why = 只有监督机关指定的人能打开，每次打开都在下面记着。结果也写在这里，只有您用查询码看得到。
sealed-day = { $day }收到，监督机关应在{ $due }前告知是否受理。
sealed-result-day = { $day }收到，核查已经结束，监督机关应在{ $due }前告诉您结果。
sealed-over = 过了该告诉您的日子
sealed-over-why = 您可以直接找监督机关，或者向上一级监督机关反映。

text-hint = 也可以收短信：用您留的手机发“{ $words }”到 { $number }，有了进展就发短信给您，老手机也行。
text-tap = 点这里发
text-on = 有了进展，发短信到您留的手机。
pressed-title = 有人因此为难我
pressed-told = { $day }告诉监督机关的
pressed-why = 因为反映这件事，有人威胁、刁难您，或者事后报复？按下面的按钮，就直接告诉{ $office }。
pressed-who-sees = 负责这件事的单位、它的上级和办过这件事的人看不到，也不会知道您说过。这件事的编号和您留过的联系方式会一起交去，不用再填别的。有人身危险，请马上拨打 110。
pressed-again = 又有人为难您，可以再说一次，同样只有监督机关看得到。有人身危险，请马上拨打 110。
pressed-words = 想说的话
pressed-words-hint = 谁、什么时候、做了什么。
pressed-send = 告诉{ $office }
pressed-sent = 已经告诉{ $office }
pressed-sent-why = 最迟 { $day }告诉您是否受理，不会为此给您写信、打电话，免得走漏消息。
pressed-sent-look = 用同样的编号和查询码打开查询页，点开“有人因此为难我”，就能看到谁在什么时候看过、结果怎样。别人看您的屏幕，不点开看不出来。

acts-title = 您现在可以
acts-not-now = 现在还不能做的，和原因
do-rate = 评价这次答复
do-supplement = 补充材料
do-reopen = 要求重新办理
do-ask-review = 申请复查
do-ask-recheck = 申请复核
do-stop-texts = 不再收短信
do-revoke-withdraw = 取消撤回
do-ask-withdraw = 撤回
do-name-delegate = 请人代办
do-remove-delegate = 取消代办人
about-rate = 只有您能评；评价用您的查询码签名，单位里没有人能代评或改动。
about-supplement = 新的情况、照片或文件，会加到这件事里。
about-reopen = 说说哪里没解决。期限重新计算。
about-ask-review = 请上一级单位复查，30 日内答复。
about-ask-recheck = 请再上一级复核，30 日内作出。
about-stop-texts = 以后有了进展，由人打电话告诉您；也可以随时在这里看。
about-revoke-withdraw = 继续办理，就像没有撤回过。
about-ask-withdraw = 72 小时后生效，之前可以取消。没有人可以要求您撤回。
about-name-delegate = 代办人凭自己的查询码能查、能补充，不能评价、不能撤回。
about-remove-delegate = 代办人的查询码立即失效。
words-rate = 想说的话
words-supplement = 补充内容
words-reopen = 哪里没解决
words-ask-review = 为什么不服
words-ask-recheck = 为什么仍然不服
words-ask-withdraw = 原因
field-grade = 您满意吗
rate-chosen = 您要给的评价：{ $grade }
rate-chosen-why = 输入查询码打开这件事，再按一下“评价”就记下了；也可以改。评价只认查询码，别人点这个链接评不了。
field-delegate-name = 代办人姓名
field-delegate-mobile = 代办人电话
grade-5 = 非常满意
grade-4 = 满意
grade-3 = 基本满意
grade-2 = 不满意
grade-1 = 非常不满意
done-rate = 谢谢，评价已经记下。
done-join = 已经告诉负责单位：您说的和大家反映的是同一件事。
done-supplement = 补充的内容已经交给负责单位。
done-reopen = 已经要求重新办理。
done-ask-review = 复查申请已经交给上一级单位。
done-ask-recheck = 复核申请已经提交。
done-stop-texts = 以后不再为这件事发短信。
done-revoke-withdraw = 撤回已取消，继续办理。
done-ask-withdraw = 已申请撤回，72 小时内可以取消。
done-remove-delegate = 代办人已取消。
delegate-title = 代办人的查询码
delegate-for = 交给 { $name }：
delegate-once = 只显示这一次
delegate-once-why = 请现在抄下来或打印，交给代办人。

message-filed = 已收到
message-accepted = 已受理
message-not-accepted = 不予受理
message-extended = 期限延长
message-paused = 计时暂停
message-under-review = 收到复查（复核）申请
message-due-moved = 期限按新的放假安排重算
message-word-moved = 申请复查（复核）的期限顺延
message-resumed = 恢复计时
message-new-owner = 换了负责单位
message-stays = 别的单位退了回来
message-supplement-asked = 请您补充
message-replied = 已答复
message-invite-rating = 请您评价
message-review-decided = 复查（复核）意见
message-withdraw-asked = 撤回申请
message-withdrawn = 撤回生效
message-code-reissued = 查询码已补发
message-delegate-named = 已指定代办人
message-closed = 已办结
message-disclosed = 您的事项被依法提供给其他机关
sending-unwritten = 没有发出：平台还没有接通发邮件
sending-waiting = 等待发送
sending-sent = 已发出
sending-delivered = 已送到
sending-returned = 退回来了：邮箱收不到，由人联系您
sending-failed = 发送失败，由人联系您
sending-dropped = 不用再发
sending-unreachable = 没有留电子邮箱，没法发送，请在这一页看
sending-sms-unwritten = 没有发出：平台的短信现在没有接通
sending-sms-returned = 没有送到：手机收不到短信，由人联系您
sending-sms-stopped = 您退订了短信，没有发；由人联系您
sending-chat-unwritten = 没有发出：平台的聊天账号现在没有接通
sending-chat-failed = 没有送到：聊天软件不让发，由人联系您
sending-chat-stopped = 您退订了，没有发；请在这里看

# 两个平台之间：交办、转送、反馈

channel-above = 上级平台交来

act-hand-down = 交下级平台
act-take-back = 从下级平台收回
act-remind = 催办下级平台
act-send-back = 申请退回上级平台

about-hand-down = 把这件事交给下级平台办。您单位仍然负责，期限不变；对方办到哪一步，这里和群众的查询页都看得到。
about-take-back = 不再让下级平台办。对方会看到理由，那边的这件事就此结束。
about-remind = 提醒下级平台抓紧。对方的负责人会收到通知。
about-send-back = 告诉上级平台这件事不归本级管。对方同意收回以前，仍由您单位办。

piece-site = 交给哪个平台
piece-manner = 怎么交
piece-back = 要求哪天以前反馈
piece-back-hint = 交办必须写；转送可以不写。不能晚于您单位自己的期限：{ $day }。
words-take-back = 为什么收回
words-remind = 催办的话
words-send-back = 为什么不归本级管

manner-forwarded = 转送
manner-hint-forwarded = 由下级平台直接答复，对方的答复原样转给群众。
manner-charged = 交办
manner-hint-charged = 下级平台办完，在期限前反馈；由您单位看过以后答复群众。

event-handed-down = 交给下级平台
event-taken-back = 从下级平台收回
event-reminded = 催办
event-sent-back = 申请退回上级平台
event-heard = 另一个平台的消息

step-handed = 交来这件事
step-supplemented = 群众补充了情况
step-reopened = 群众不满意，重新提出
step-rated = 群众打了分
step-reminded = 催办
step-taken-back = 收回
step-ended = 上级平台那边已经结束
step-received = 已经收到这件事
step-accepted = 受理了这件事
step-not-accepted = 不予受理
step-extended = 延长了那边的期限
step-asked = 请群众补充情况
step-answered = 作出答复
step-closed = 那边已经办结
step-sent-back = 认为不归本级管，申请退回

story-handed-down = { $manner }给{ $site }
story-back = 要求 { $day }前反馈
story-their-number = 对方编号 { $number }

fact-above = 从上级平台来
fact-above-from = { $site } { $manner }，那边的编号 { $number }
fact-above-over = 上级平台已经收回或者办结
fact-reminders = 上级平台催办 { $count } 次
fact-below = 已交下级平台
fact-below-sent = 已经交出，对方还没有回音

press-sent-back = 下级平台认为不归它管，申请退回
press-sent-back-why = 理由在经过里。同意就收回来，再交给该管的；不同意就催办。
press-reported = 下级平台已经反馈
press-reported-why = 反馈在经过里。请看过以后，由您单位答复群众。
press-reminded = 上级平台在催这件事
press-reminded-why = 催办的话在经过里。

message-handed-down = 交下级平台办理
call-handed-down = 您的事交给下级平台办了，{ $office }仍然负责，期限没有变。

refusal-no-site-below = 还没有对接下级平台。
refusal-register-first = 交出去以前，要先登记类别。
refusal-already-handed-down = 这件事已经交给下级平台了。
refusal-not-handed-down = 这件事没有交给下级平台。
refusal-not-handed-to-us = 这件事不是上级平台交来的。
refusal-already-sent-back = 已经申请退回，上级平台还没有答复。
refusal-unknown-site = 没有对接这个平台，或者已经停用。
refusal-back-missing = 交办要写明哪天以前反馈。
refusal-back-past = 反馈的日子要在今天以后。
refusal-back-late = 反馈的日子不能晚于您单位自己的期限（{ $day }）。
refusal-peer-key = 公钥不对：应该是对方“对接站”页面上的那一串。
refusal-peer-known = 已经对接了用这把公钥的平台。
way-return = 不归您单位管的，请用“退回”。
way-take-back = 可以先从那边收回来。
way-choose-site = 请重新选一个平台。
way-choose-back = 请重新选反馈的日子。

admin-peers = 对接站
admin-peers-what = 上级、下级平台，事项交来交去
peer-why = 上级平台把事项交给下级平台办（转送、交办），下级平台把进展和答复报回去（反馈）。哪一边停机一天也不要紧：恢复以后接着送，不丢、不重。
peer-none = 还没有对接别的平台
peer-none-why = 双方管理员把下面“本站的名片”告诉对方，各自填一次，就对接上了。
peer-own = 本站的名片
peer-own-why = 请把本站的网址和公钥交给对方管理员。填好以后，双方打电话核对指纹：一样，才是对方本人。
peer-key = 公钥
peer-key-hint = 对方“对接站”页面上的公钥，44 个字符。
peer-fingerprint = 指纹（电话核对）
peer-address = 网址
peer-address-hint = 例如 https://minsheng.qinghe.example ，不用写后面的路径。
peer-name = 平台名称
peer-name-hint = 群众在查询页上看到的就是它。
peer-name-en = 英文名称
peer-side = 它在哪一级
peer-above = 上级平台
peer-above-hint = 它把事项交给我们办，我们向它反馈。
peer-below = 下级平台
peer-below-hint = 我们把事项交给它办，它向我们反馈。
peer-office = 上级交来的事由谁收
peer-office-hint = 只对上级平台有用。
peer-office-place = 按地点，由当地的受理单位收
peer-add = 对接一个平台
peer-stands = 往来情况
peer-counts = 已送到 { $sent } 条，在等 { $waiting } 条
peer-oldest = 最早的一条从 { $moment } 等到现在
peer-last = 上次送到：{ $reached }；上次收到对方的：{ $heard }
peer-compared = 上次对账：{ $moment }
peer-never = 还没有
peer-stopped = 已停用
peer-stop = 停用
peer-resume = 恢复
peer-move = 改网址
peer-try = 试一次并对账
peer-again = 再送一次
peer-trouble = 送不到：{ $why }，从 { $moment } 起
peer-trouble-why = 我们隔一会儿再送，一条也不会丢。
peer-ahead = 有 { $count } 件事，对方收到的比本站记得的多
peer-ahead-why = 多半是本站从旧备份恢复过。请和对方核对这些事项，再看“恢复”那一章。
peer-stuck = 有 { $count } 件事，对方没有收下其中一步
peer-stuck-why = 后面的也在等。请和对方商量好以后，再送一次。
peer-stuck-one = 第 { $step } 步：{ $code }
peer-why-timeout = 对方一直不回应
peer-why-unreachable = 连不上对方
peer-why-certificate = 对方的证书不受信任（自建证书要在配置的 [exchange] 里写明根证书）
peer-why-unsigned = 回答的不是对方本人（签名不对）
peer-why-nothing-taken = 对方一条也没有收下
done-peer-tried = 马上试一次并对账，几秒后刷新这一页看结果。
below-last = { $site }正在办，那边的办理期限是 { $day }。
below-back = { $site }要在 { $day }前把结果报回来。
fact-above-grade = 群众在上级平台的评价：{ $grade }
peer-reads = 有 { $count } 条查阅记录在等着报上去
peer-grades = 对我们答复的评价
peer-grade = { $grade }：{ $count } 件
above-back = { $site }要求在 { $day }前反馈。

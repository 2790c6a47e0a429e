refusal-method = 这个地址不接受这种请求方式。
refusal-not-utf8 = 提交的文字不是 UTF-8 编码，我们读不出来，没有保存。请用普通浏览器重新填写。
refusal-too-many-fields = 一次提交的栏目太多（最多 { $max } 个），没有保存。
refusal-field-name = 提交的栏目名称不对，没有保存。
refusal-field-long = 有一栏文字太长（最多 { $max } 字节），没有保存。
refusal-body-large = 提交的内容太大（最多 { $max } 字节），没有保存。
refusal-body-kind = 提交内容的格式我们不认识，没有保存。
refusal-body-broken = 提交的内容不完整，可能是网络中断了，没有保存。请再试一次。
refusal-query-long = 地址太长了。
refusal-cross-site = 这个请求是从别的网站发来的，为了保护您，没有执行。
refusal-show-code = 请先输入编号和查询码。
refusal-too-many = 这一小时提交得太多了，请过 { $minutes } 分钟再试。您填的内容还在。
refusal-file-many = 一次最多附 { $max } 个文件。
refusal-file-large = 单个文件最大 { $max_mib } MB。
refusal-slow-down = 试得太快了，请过 { $seconds } 秒再试。
refusal-code-wrong = 编号或者查询码不对。
refusal-key-reused = 同一张表已经提交过，这次的内容不一样，没有重复登记。
refusal-hidden-characters = 文字里有认不出的控制字符（常由复制粘贴带入；写成“�”的就是），请删掉或者重新打一遍。
refusal-sealed-matter = 检举控告由监督机关单独保管，这里不能办这一步。

refusal-not-yours = 这不是您正在查看的那件事。
refusal-only-in-person = 这一步只能由本人来做，代办人不能代替。
refusal-sign-in = 请先登录。
refusal-account-closed = 这个账号已经停用。
refusal-recused = 您与这件事的当事人有直接关系，依规定必须回避：不能查看，也不能办理。
refusal-other-office = 这件事不归您所在的单位，您不能{ $act }。
refusal-administrators-only = 只有管理员可以{ $act }。
refusal-not-your-role = 您的岗位不能{ $act }。
refusal-password-short = 密码太短，至少 { $min } 个字符。
refusal-password-long = 密码太长，最多 { $max } 个字符。
refusal-password-common = 这个密码太常见，容易被猜到，请换一个。

way-ask-resident = 请让本人用自己的查询码来做。
way-track = 请用编号和查询码重新查询。
way-sign-in = 登录后会回到您要去的页面。
way-ask-administrator = 请联系本单位的管理员。
way-hand-to-colleague = 请把它交给没有关系的同事。
way-ask-office-head = 如果确有需要，请找本单位负责人。
way-open-here = 请直接打开本站页面，再操作一次。
way-later-or-counter = 急事请直接打电话，或者到就近的窗口。
way-check-slip = 请对照回执单，看看有没有抄错；字母 O 和数字 0、字母 I 和数字 1 不用区分。
way-begin-anew = 要改内容，请从第一步重新提交；已经提交的那件不受影响。
way-type-anew = 请把这段文字重新打一遍，不要粘贴。
way-ask-supervising = 请直接联系监督机关。
refusal-pressed-often = 已经说过 { $max } 次了，前面的都在，监督机关看得到。
refusal-pressed-supervising = 这件事就是监督机关自己在办或者办过，不能由它自己查自己。
way-turn-higher = 请向上一级监督机关反映；有人身危险，请马上拨打 110。

kept-title = 时间太久，登录已经失效；您写的都还在
kept-why = 重新验证后接着提交，不用重写。写的内容只在这一页里，没有存到别处。
kept-offer-title = 您刚才写的还没有提交
kept-offer-lead = 看一遍，没问题就提交。
kept-send = 接着提交
kept-drop = 不提交了
kept-no-files = 附件要请您重新选一次。
refusal-number-unknown = 这不是一个完整的编号。
way-check-number = 请对照回执单再输一遍。

# 要两个人才能办的事
refusal-second-asked = 这件事已经有人提出，正在等第二个人。
refusal-second-same = 提出的人不能自己同意；这件事要两个人，换一台设备登录也还是同一个人。
refusal-second-over = 这一条已经用过、被退回，或者过了时间。
way-second-wait = 请另一位有权限的同事看过理由再决定，或者由提出的人收回。
way-second-colleague = 请另一位有权限的同事用他自己的账号决定。
way-second-ask-again = 还需要的话，请写明理由重新提出。

# 附件打不开
refusal-disclosures-day = 一个单位一天最多依法提供 { $max } 件，今天已经满了。
refusal-file-infected = 这个文件里查出了病毒，没有保存。您的设备可能也中了毒，建议先查一查。
refusal-file-unscanned = 现在没法检查附件有没有病毒，所以先没有收这个文件。
refusal-file-infected-kept = 这个附件里查出了病毒，不能打开。
refusal-file-unscanned-kept = 这个附件还没有查过毒，现在连不上查毒程序，暂时不能打开。
refusal-file-unreadable = 这个文件我们打不开，可能坏了，也可能不是普通的照片、录音或录像；没有保存。

# 销毁
refusal-erase-open = 这件事还没有办结，不能销毁。
refusal-erase-merged = 还有别的事项并在这件事上，不能先销毁它。
refusal-erase-review = 到 { $day } 本人还可以申请复查复核，在这之前不能销毁。
refusal-erase-early = 保存期到 { $day } 才满。
refusal-erase-many = 今天已经销毁 { $count } 件，再销毁就超过全部事项的百分之一，先停下来。
way-erase-close-first = 先办结，再看保存期。
way-erase-merged-first = 先处理并进来的事项。
way-erase-wait = 请到期以后再提出。
way-erase-many-agree = 先核对服务器的时间。确实要继续，须两个人另行同意“今天多销毁”。
refusal-erase-untold = 这件事的内容曾依法提供给其他机关，还没有到告知本人的日子，不能先销毁。
refusal-archive-large = 附件加起来超过 { $max_mib } MB，装不进一个压缩包。
way-save-one-by-one = 请在这一页把附件一个一个存下来，再下载回执。
refusal-disclose-withdrawn = 本人已经撤回这件事，不能再提供。
refusal-not-masked = 这件事没有要求保密，姓名本来就能看。
refusal-disclose-part = 所选的理由不需要这一部分。
refusal-disclose-nothing = 请选提供哪些部分。
refusal-disclose-at-once = 所选的理由不能暂缓告知。
refusal-body-missing = 请写接收机关的全称（最多 { $max } 字）。
way-disclose-ask-resident = 请对方直接向本人了解。
way-choose-parts = 请只选理由需要的部分。
way-disclose-tell = 请选“马上告知”。
way-name-body = 请写到具体单位。

field-optional = （可不填）
errors-title = 还有几处要改
errors-kept = 您填的内容都还在，改好后再提交就行。
steps-label = 填写步骤
steps-here = 第 { $at } 步，共 { $of } 步
pager-label = 翻页
pager-before = 上一页
pager-after = 下一页
owner-now = 现在由
owner-holds = 负责。
owner-was = 这件事由
owner-handled = 办理，已经结束。
owner-phone = 联系电话：
print = 打印
print-hint = 要打印，请用浏览器的“打印”菜单。
refusal-clause = 依据：
unsure = 待核对

due-left = { $days ->
    [0] 还没到期 · { $day }前，这之前都是休息日
   *[other] 还剩 { $days } 个工作日 · { $day }前
}
due-today = 今天（{ $day }）是最后一天
due-answered = { $day }已答复
due-late = { $days ->
    [0] 已超期 · 应在{ $day }前
   *[other] 已超期 { $days } 个工作日 · 应在{ $day }前
}
due-how = 这个日期怎么算出来的
due-start = { $day }收到（当天不算）
due-first = 从次日 { $day }起算
due-count = 数 { $term }
due-extended = 延长 { $term }
due-skipped = 跳过 { $days } 天休息日
due-paused = 中间停了 { $days } 天，不计入
due-target = 数到 { $day }
due-rolled = 这天是休息日，顺延到 { $day }
due-provisional = 这一年的放假安排还没公布，先按周末休息推算；公布后会重新计算，并记入进度。
term-hour = { $n } 小时
term-day = { $n } 日
term-working-day = { $n } 个工作日
term-month = { $n } 个月
term-year = { $n } 年
quantity-count = { $n }
quantity-second = { $n } 秒
quantity-minute = { $n } 分钟
quantity-percent = { $n }%

# 接入的程序（Open311）看到的话
open311-kind = 属于哪一类
open311-publish = 同意公开办理进度吗？
open311-hint-kind = 不选就按求助办
open311-hint-publish = 只公开编号、日期、单位和办到哪一步，不公开您写的话，也不公开您是谁
open311-yes = 同意
open311-no = 不同意
open311-notice = 编号 { $number }，查询码 { $code }（请转告本人收好，凭它查进度、打分，网址 { $track }）。现在由{ $office }负责，{ $due } 前给答复。
open311-media = 附带的网址：{ $url }
open311-rate = 办得好不好，由您本人凭查询码打分。

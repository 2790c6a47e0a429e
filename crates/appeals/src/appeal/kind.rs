//! The closed lists an appeal is described by.

use crate::coded::coded;

coded! {
    /// Says what a resident wants (诉求类型).
    Kind {
        /// 咨询
        Consultation = "consultation",
        /// 求助
        Help = "help",
        /// 投诉
        Complaint = "complaint",
        /// 检举控告
        Accusation = "accusation",
        /// 意见建议
        Suggestion = "suggestion",
        /// 表扬
        Praise = "praise",
    }
}

impl Kind {
    /// Tells whether it may be told that many said the same: nothing that may be about those who serve the place.
    pub fn joins(self) -> bool {
        matches!(self, Self::Consultation | Self::Help | Self::Suggestion)
    }
}

coded! {
    /// Says who may know who the resident is.
    Identity {
        /// 实名: the handling offices know.
        Named = "named",
        /// 保密: name and contacts are hidden; two persons open them (`unmask`).
        Confidential = "confidential",
        /// 匿名: nobody knows.
        Anonymous = "anonymous",
    }
}

coded! {
    /// Says where a matter stands (阶段).
    Stage {
        /// 已收到
        Received = "received",
        /// 已登记
        Registered = "registered",
        /// 不予受理
        NotAccepted = "not_accepted",
        /// 已受理
        Accepted = "accepted",
        /// 已转送,等对方接收
        Assigned = "assigned",
        /// 办理中
        Handling = "handling",
        /// 已答复
        Replied = "replied",
        /// 已回访
        FollowedUp = "followed_up",
        /// 已办结
        Closed = "closed",
        /// 已撤回
        Withdrawn = "withdrawn",
    }
}

impl Stage {
    /// Tells whether nothing more is owed in this stage.
    pub fn is_final(self) -> bool {
        matches!(self, Self::NotAccepted | Self::Closed | Self::Withdrawn)
    }
}

coded! {
    /// Says by which way a matter came in.
    Channel {
        /// 网站
        Web = "web",
        /// 窗口
        Window = "window",
        /// 热线
        Hotline = "hotline",
        /// 走访
        Visit = "visit",
        /// 电子邮件
        Mail = "mail",
        /// 接入的程序
        Client = "client",
        /// 短信
        Sms = "sms",
        /// 群聊和私聊
        Chat = "chat",
        /// 来信
        Letter = "letter",
        /// 意见箱
        Box = "box",
        /// 来访
        Reception = "reception",
        /// 上级交办
        Above = "above",
    }
}

impl Channel {
    /// Tells whether whoever filed stood before the desk and holds the slip with the query code.
    pub fn in_person(self) -> bool {
        matches!(self, Self::Window | Self::Visit | Self::Reception)
    }

    /// Tells whether an office keeps a register of what came by this way, with a number of its own a year.
    pub fn has_register(self) -> bool {
        matches!(self, Self::Letter | Self::Reception)
    }
}

coded! {
    /// Says what the mail servers on the way found out about the address a message came from.
    Sender {
        /// 已核实: its domain vouches for it.
        Verified = "verified",
        /// 未核实: nobody vouches.
        Unverified = "unverified",
        /// 可能是冒用: its domain says that it is not from there.
        Forged = "forged",
    }
}

coded! {
    /// Says what a reply or a review comes to (《信访工作条例》第三十二条).
    Outcome {
        /// 支持
        Support = "support",
        /// 部分支持
        PartSupport = "part_support",
        /// 解释说明
        Explain = "explain",
        /// 不支持
        NotSupport = "not_support",
    }
}

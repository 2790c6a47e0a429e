//! The roles of the requirements, as one closed list.

use serde::{Deserialize, Serialize};

/// Names what a person may be in the system. Residents and their delegates carry no role: they hold a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Handles matters of one office (经办人).
    Officer,
    /// Heads an office: approves extensions, assigns (单位负责人).
    OfficeHead,
    /// Leads a county or township (领导).
    Leader,
    /// Supervises offices (督查室); never handles.
    Supervisor,
    /// Checks figures and access (审计).
    Auditor,
    /// Keeps places, offices, accounts; reads no matter (管理员).
    Administrator,
    /// Files for a person at the counter (窗口).
    WindowOperator,
    /// Files for a person on the phone (热线).
    HotlineOperator,
    /// Serves a village or community (村干部).
    VillageCadre,
    /// Serves a grid (网格员).
    GridWorker,
    /// Mediates disputes (调解员).
    Mediator,
    /// Handles accusations at the supervising body (检举控告经办人).
    AccusationHandler,
}

impl Role {
    /// Lists all roles in a fixed order, for matrices and forms.
    pub const ALL: [Self; 12] = [
        Self::Officer,
        Self::OfficeHead,
        Self::Leader,
        Self::Supervisor,
        Self::Auditor,
        Self::Administrator,
        Self::WindowOperator,
        Self::HotlineOperator,
        Self::VillageCadre,
        Self::GridWorker,
        Self::Mediator,
        Self::AccusationHandler,
    ];

    /// Tells whether a role concerns one place only: a village, a community, a grid.
    pub const fn is_bound_to_a_place(self) -> bool {
        matches!(self, Self::VillageCadre | Self::GridWorker | Self::Mediator)
    }

    /// Returns the code that stands in data and word files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::OfficeHead => "office_head",
            Self::Leader => "leader",
            Self::Supervisor => "supervisor",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
            Self::WindowOperator => "window_operator",
            Self::HotlineOperator => "hotline_operator",
            Self::VillageCadre => "village_cadre",
            Self::GridWorker => "grid_worker",
            Self::Mediator => "mediator",
            Self::AccusationHandler => "accusation_handler",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

//! Fail points: with the feature `drill` the n-th call of storage fails, or every one from the n-th on. Without the feature a
//! point is nothing and costs nothing.
//!
//! The calls are those of every store of the process, the key store's among them, and those of whoever keeps files and names
//! them here. What fails is not carried out, but for [`COMMITTED`]: there the commit was taken, and only its answer is lost.

/// Is the call after a commit that was taken.
pub const COMMITTED: &str = "committed";

/// Passes a call of storage, or fails it. Callers name the call.
#[cfg(not(feature = "drill"))]
#[inline]
pub const fn point(_: &'static str) -> Result<(), crate::Fault> {
    Ok(())
}

#[cfg(feature = "drill")]
pub use armed::{Armed, Plan, arm, point};

#[cfg(feature = "drill")]
mod armed {
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use super::COMMITTED;
    use crate::{Fault, FaultKind};

    /// Says which calls fail.
    #[derive(Debug, Clone, Copy)]
    pub struct Plan {
        /// The first that fails, counted from one.
        pub nth: u64,
        /// Whether all after it fail too.
        pub lasting: bool,
        /// As what it fails.
        pub kind: FaultKind,
    }

    struct State {
        plan: Option<Plan>,
        calls: u64,
        failed: Vec<&'static str>,
    }

    static STATE: Mutex<State> = Mutex::new(State { plan: None, calls: 0, failed: Vec::new() });
    /// Held while somebody is at it: of several tests in one process one after the other.
    static TURN: Mutex<()> = Mutex::new(());

    /// Is the time in which calls fail; it ends when this goes.
    pub struct Armed {
        _turn: MutexGuard<'static, ()>,
    }

    impl Armed {
        /// Ends it and returns the calls that failed, in their order.
        pub fn over(self) -> Vec<&'static str> {
            std::mem::take(&mut state().failed)
        }
    }

    impl Drop for Armed {
        fn drop(&mut self) {
            state().plan = None;
        }
    }

    /// Lets calls fail from now on.
    pub fn arm(plan: Plan) -> Armed {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        *state() = State { plan: Some(plan), calls: 0, failed: Vec::new() };
        Armed { _turn: turn }
    }

    /// Passes a call, or fails it.
    pub fn point(call: &'static str) -> Result<(), Fault> {
        let mut state = state();
        let Some(plan) = state.plan else { return Ok(()) };
        state.calls += 1;
        if state.calls < plan.nth || (state.calls > plan.nth && !plan.lasting) {
            return Ok(());
        }
        state.failed.push(call);
        let kind = if call == COMMITTED { FaultKind::Unknown } else { plan.kind };
        Err(Fault::new(kind, format!("the drill fails this: {call}")))
    }

    fn state() -> MutexGuard<'static, State> {
        STATE.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

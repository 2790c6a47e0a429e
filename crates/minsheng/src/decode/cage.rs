//! What closes the child in: no memory, time or files without end (rlimits), no files and no network (Landlock), and no
//! system call but those that reading, computing and writing need (seccomp); another one ends the process at once.

use std::collections::BTreeMap;
use std::fmt;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetError, RulesetStatus, Scope,
};
use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};
use seccompiler::{BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule};

/// Address space of a child, in bytes (2 GiB): the allocator marks out more than it uses.
const SPACE_BYTES_MAX: u64 = 2 << 30;
/// Memory a child can write to, in bytes (512 MiB): the largest file several times over.
const DATA_BYTES_MAX: u64 = 512 << 20;
/// Handles of a child: the three it was born with, and none more.
const HANDLES: u64 = 3;
/// The newest set of Landlock's rules that is known here.
const RULES: ABI = ABI::V6;

/// System calls that reading, computing and writing need; also those with which a process that is out of memory or has
/// panicked ends itself.
const CALLS: &[i64] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_close,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_getrandom,
    libc::SYS_clock_gettime,
    libc::SYS_sched_yield,
    libc::SYS_sigaltstack,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_tgkill,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Says what holds a child, as far as this kernel has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cage {
    /// Limits of memory, time and files.
    pub limits: bool,
    /// No files, no network, by Landlock.
    pub landlock: bool,
    /// Few system calls, by seccomp.
    pub seccomp: bool,
}

impl fmt::Display for Cage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |holds| if holds { "on" } else { "off" };
        write!(f, "limits={} landlock={} seccomp={}", word(self.limits), word(self.landlock), word(self.seccomp))
    }
}

impl Cage {
    /// Reads what [`fmt::Display`] writes.
    pub fn parse(line: &str) -> Option<Self> {
        let on = |name: &str| {
            let word = line.split(' ').find_map(|part| part.strip_prefix(name)?.strip_prefix('='))?;
            Some(word == "on")
        };
        Some(Self { limits: on("limits")?, landlock: on("landlock")?, seccomp: on("seccomp")? })
    }

    /// Closes this process in, for good. What the kernel does not have is left out and said.
    pub fn close(cpu_seconds: u64) -> Self {
        let tied = set_parent_process_death_signal(Some(Signal::KILL)).is_ok();
        let landlock = files_and_network().is_ok_and(|status| status != RulesetStatus::NotEnforced);
        let limits = [
            (Resource::As, SPACE_BYTES_MAX),
            (Resource::Data, DATA_BYTES_MAX),
            (Resource::Cpu, cpu_seconds),
            (Resource::Fsize, 0),
            (Resource::Core, 0),
            (Resource::Nproc, 0),
            (Resource::Nofile, HANDLES),
        ];
        let limit = |(what, most)| setrlimit(what, Rlimit { current: Some(most), maximum: Some(most) }).is_ok();
        let limits = limits.into_iter().fold(tied, |all, one| limit(one) && all);
        Self { limits, landlock, seccomp: calls().is_some() }
    }
}

/// Forbids every file, every connection, and every signal to others.
fn files_and_network() -> Result<RulesetStatus, RulesetError> {
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(RULES))?
        .handle_access(AccessNet::from_all(RULES))?
        .scope(Scope::from_all(RULES))?;
    Ok(ruleset.create()?.restrict_self()?.ruleset)
}

/// Lets a few system calls through and ends the process at any other. `None` = this kernel has no such filter.
fn calls() -> Option<()> {
    let mut rules: BTreeMap<i64, _> = CALLS.iter().map(|call| (*call, Vec::new())).collect();
    // the allocator gives what it takes a name; nothing else about a process is changed by this word
    let names = libc::PR_SET_VMA.cast_unsigned().into();
    let names = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, names).ok()?;
    rules.insert(libc::SYS_prctl, vec![SeccompRule::new(vec![names]).ok()?]);
    let machine = std::env::consts::ARCH.try_into().ok()?;
    let filter = SeccompFilter::new(rules, SeccompAction::KillProcess, SeccompAction::Allow, machine).ok()?;
    let program = BpfProgram::try_from(filter).ok()?;
    seccompiler::apply_filter(&program).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_child_says_of_its_cage_is_read_back() {
        for cage in [
            Cage { limits: true, landlock: true, seccomp: true },
            Cage { limits: true, landlock: false, seccomp: true },
            Cage { limits: false, landlock: true, seccomp: false },
        ] {
            assert_eq!(Cage::parse(&cage.to_string()), Some(cage));
        }
        assert_eq!(Cage::parse("limits=on"), None);
    }
}

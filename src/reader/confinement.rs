//! The limits that the reading child puts on itself before it looks at a byte of a mail: address space, CPU time, no core
//! file, no file growth, few descriptors, and (where the kernel has Landlock) no file system and no network.

use landlock::{ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetStatus, Scope};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// How far the kernel could shut the child in. `doctor` tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Confinement {
    /// No file can be opened and no address be reached.
    Full,
    /// An older kernel: parts of it.
    Partial,
    /// No Landlock in this kernel: limits on memory and time only.
    LimitsOnly,
}

/// Shuts this process in for good.
///
/// # Errors
/// When a limit cannot be set; the caller then must not read anything.
pub fn enter(address_space: u64) -> Result<Confinement, String> {
    set(Resource::As, address_space)?;
    set(Resource::Core, 0)?;
    set(Resource::Fsize, 0)?;
    set(Resource::Nofile, 64)?;
    Ok(shut_in().unwrap_or(Confinement::LimitsOnly))
}

/// Gives the process this many CPU seconds from now on.
///
/// # Errors
/// When the limit cannot be set.
pub fn grant_cpu(seconds: u64) -> Result<(), String> {
    let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or(0);
    let hard = getrlimit(Resource::Cpu).maximum;
    setrlimit(Resource::Cpu, Rlimit { current: Some(used.saturating_add(seconds).saturating_add(1)), maximum: hard })
        .map_err(|error| format!("the CPU limit could not be set: {error}"))
}

fn set(resource: Resource, bytes: u64) -> Result<(), String> {
    let maximum = getrlimit(resource).maximum.map_or(bytes, |maximum| maximum.min(bytes));
    setrlimit(resource, Rlimit { current: Some(maximum), maximum: Some(maximum) })
        .map_err(|error| format!("the limit {resource:?} could not be set: {error}"))
}

fn shut_in() -> Option<Confinement> {
    let abi = ABI::V6;
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(abi))
        .ok()?
        .handle_access(AccessNet::from_all(abi))
        .ok()?
        .scope(Scope::from_all(abi))
        .ok()?
        .create()
        .ok()?
        .restrict_self()
        .ok()?;
    Some(match status.ruleset {
        RulesetStatus::FullyEnforced => Confinement::Full,
        RulesetStatus::PartiallyEnforced => Confinement::Partial,
        RulesetStatus::NotEnforced => Confinement::LimitsOnly,
    })
}

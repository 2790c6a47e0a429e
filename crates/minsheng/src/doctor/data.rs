//! The data: engine, tables, clock, calendar, disk, and a sample of the journal against the public log.

use std::process::Command;

use appeals::alarm::{Gap, gaps};
use civic::hall::Hall;
use civic::journal::{self, SEALED_KIND, Tiles};
use civic::vault::{KEYSTORE_GUARDS, KEYSTORE_MIGRATIONS};
use db::{Fault, params};
use tlog::HashSource;

use super::Finding;
use crate::check::tree::TILE_HASHES;
use crate::config::Config;
use crate::house;

/// Newest events looked at.
const SAMPLE_EVENTS: i64 = 1_000;
/// Least room on the disk, in mebibytes, before somebody is warned.
const ROOM_MIB_MIN: u64 = 2_048;
/// Kibibytes of a mebibyte.
const KIB_PER_MIB: u64 = 1_024;
/// Month from which next year's calendar should be there.
const NEXT_YEAR_MONTH: i8 = 12;

/// Looks at the data, read only.
pub(super) fn look(config: &Config, hall: &Hall) -> Result<Vec<Finding>, Fault> {
    let mut found = engine(hall)?;
    let mut lacking = db::pending(&config.data_target(), &house::migrations())?.unwrap_or_default();
    lacking.extend(db::pending(&config.keystore_target(), KEYSTORE_MIGRATIONS)?.unwrap_or_default());
    found.push(match lacking.len() {
        0 => Finding::good("数据表是这一版本的。", "The tables are those of this version."),
        count => Finding::warning(
            format!("数据表差 {count} 步升级；下次启动时会先备份再升级。"),
            format!("The tables lack {count} steps; the next start copies the data and brings them up."),
        ),
    });
    found.push(clock(hall)?);
    found.push(calendar(hall));
    found.extend(danger(hall));
    found.push(sample(hall)?);
    found.extend(room(config));
    Ok(found)
}

fn engine(hall: &Hall) -> Result<Vec<Finding>, Fault> {
    let version = hall.store.engine_version();
    let mut problems = hall.store.problems()?;
    problems.extend(hall.site.keystore.store().problems()?);
    let mut found = rights(hall)?;
    if problems.is_empty() {
        found.push(Finding::good(format!("{version}：写入即落盘，文件完好。"), format!("{version}: durable and whole.")));
    }
    found.extend(problems.into_iter().map(|problem| Finding::bad(format!("数据库有问题：{problem}"), problem)));
    Ok(found)
}

/// Asks what the role that serves could do to the past.
fn rights(hall: &Hall) -> Result<Vec<Finding>, Fault> {
    let mut excess = hall.store.excess(house::guards())?;
    excess.extend(hall.site.keystore.store().excess(KEYSTORE_GUARDS)?);
    excess.dedup();
    let told = |line: String| {
        let (zh, way) = ("服务所用的数据库角色权限过大", "see `minsheng migrate --owner` in docs/operate.md");
        Finding::warning(
            format!("{zh}：{line}；见 docs/operate.md 中的 `minsheng migrate --owner`。"),
            format!("Too many rights: {line}; {way}."),
        )
    };
    Ok(excess.into_iter().map(told).collect())
}

fn clock(hall: &Hall) -> Result<Finding, Fault> {
    let (jurisdiction, now) = (hall.site.jurisdiction, hall.clock.now());
    let head = hall.store.read_blocking(move |tx| tx.row(journal::HEAD, params![jurisdiction]))?;
    let last: i64 = head.map_or(Ok(0), |row| row.get("at"))?;
    let ahead = last - now.as_microsecond();
    if ahead <= 0 {
        return Ok(Finding::good(format!("时钟正常：{now}。"), format!("The clock is sane: {now}.")));
    }
    let seconds = ahead / 1_000_000;
    Ok(Finding::bad(
        format!("时钟比最后一条记录慢 {seconds} 秒；校准之前，新记录都会记成那个时刻。"),
        format!("The clock is {seconds} s behind the newest event; until it catches up, events keep that time."),
    ))
}

fn calendar(hall: &Hall) -> Finding {
    let (today, calendar) = (hall.site.day(hall.clock.now()), hall.site.calendar());
    let has = |year: i16| calendar.years().any(|known| known.year == year);
    let missing = (!has(today.year())).then_some(today.year());
    let next = (today.month() >= NEXT_YEAR_MONTH && !has(today.year() + 1)).then_some(today.year() + 1);
    match missing.or(next) {
        None => Finding::good("工作日历已加载。", "The working calendar is loaded."),
        Some(year) => Finding::warning(
            format!("{year} 年的放假安排还没有加载；该年的期限暂按周末推算。"),
            format!("The holidays of {year} are not loaded; due dates of that year are provisional."),
        ),
    }
}

/// Says where danger to life could be told to nobody today.
fn danger(hall: &Hall) -> Vec<Finding> {
    let (directory, today) = (hall.site.directory(), hall.site.day(hall.clock.now()));
    let gaps = gaps(&directory, today);
    if gaps.is_empty() {
        return vec![Finding::good(
            "危及生命的急件，每个收件单位和上级都有人收得到通知。",
            "Danger to life reaches somebody of every intake office, and above it.",
        )];
    }
    let line = |(office, gap): (String, Gap)| match gap {
        Gap::Nobody => Finding::warning(
            format!("单位 {office}：危及生命的急件一个人也通知不到（没有邮箱、休假或没有在岗人员）。"),
            format!("Office {office}: danger to life reaches nobody at all (no e-mail, on leave, or no active staff)."),
        ),
        Gap::Office => Finding::warning(
            format!("单位 {office}：本单位没有人收得到危及生命的急件，会直接通知上级。"),
            format!("Office {office}: danger to life reaches nobody of the office itself; those above are told at once."),
        ),
        Gap::Above => Finding::warning(
            format!("单位 {office}：危及生命的急件没有上级领导和督查收得到。"),
            format!("Office {office}: danger to life reaches no leader above it and no supervisor."),
        ),
    };
    gaps.into_iter().map(line).collect()
}

/// Compares the newest events with the published hashes and looks under their seals.
fn sample(hall: &Hall) -> Result<Finding, Fault> {
    let site = hall.site.clone();
    let (looked, wrong) = hall.store.read_blocking(move |tx| {
        let size = journal::head(tx, site.jurisdiction)?.map_or(0, |(size, _)| size);
        let events = journal::page(tx, site.jurisdiction, size as i64 - SAMPLE_EVENTS, SAMPLE_EVENTS)?;
        let (mut wrong, mut tile) = (0, (u64::MAX, Vec::new()));
        for raw in &events {
            let (index, at) = (raw.leaf as u64 / TILE_HASHES as u64, raw.leaf as usize % TILE_HASHES);
            if tile.0 != index {
                tile = (index, Tiles::new(tx, site.jurisdiction).tile(0, index).unwrap_or_default());
            }
            let published = tile.1.get(at) == Some(&tlog::leaf_hash(raw.fact.as_bytes()));
            let whole = if raw.kind == SEALED_KIND {
                journal::examine_sealed(&site, raw).is_ok()
            } else {
                let key = site.keystore.get(raw.key_id).unwrap_or_default();
                key.is_none_or(|key| journal::examine(&site, raw, &key).is_ok())
            };
            wrong += usize::from(!published || !whole);
        }
        Ok::<_, Fault>((events.len(), wrong))
    })?;
    Ok(match wrong {
        0 => Finding::good(format!("抽查最近 {looked} 条记录，全部完好。"), format!("The newest {looked} events are whole.")),
        _ => Finding::bad(
            format!("最近 {looked} 条记录中有 {wrong} 条被改动；请运行 minsheng verify --database。"),
            format!("{wrong} of the newest {looked} events were changed; run minsheng verify --database."),
        ),
    })
}

/// Asks `df`, which every system has, for the room where the data lies.
fn room(config: &Config) -> Option<Finding> {
    let output = Command::new("df").arg("-Pk").arg(&config.data).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let free: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    let mib = free / KIB_PER_MIB;
    Some(if mib >= ROOM_MIB_MIN {
        Finding::good(format!("磁盘还有 {mib} MiB。"), format!("There are {mib} MiB left on the disk."))
    } else {
        Finding::warning(
            format!("磁盘只剩 {mib} MiB；满了以后只能读不能写。"),
            format!("Only {mib} MiB are left on the disk; when it is full, reading goes on and writing waits."),
        )
    })
}

//! Time zones out of the IANA database that is built into the binary.

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use domain::{settings::ZoneName, time::LocalTime};

/// Knows the zones of `chrono-tz`. A name that it does not know counts as UTC: settings can't hold one.
#[derive(Debug, Clone, Copy, Default)]
pub struct IanaZones;

fn zone(name: &ZoneName) -> Tz {
    name.0.parse().unwrap_or(Tz::UTC)
}

impl domain::ports::Zones for IanaZones {
    fn names(&self) -> Vec<&'static str> {
        // Old names without a region ("CET", "GB") still work, but are not offered.
        let mut names: Vec<_> = TZ_VARIANTS
            .iter()
            .map(|zone| zone.name())
            .filter(|name| *name == "UTC" || (name.contains('/') && !name.starts_with("Etc/")))
            .collect();
        names.sort_unstable();
        names
    }

    fn knows(&self, zone: &ZoneName) -> bool {
        zone.0.parse::<Tz>().is_ok()
    }

    fn local(&self, name: &ZoneName, at: DateTime<Utc>) -> NaiveDateTime {
        let offset = zone(name).offset_from_utc_datetime(&at.naive_utc()).fix();
        // At the very ends of the calendar the zone's clocks can't be shown: those of UTC must do.
        at.naive_utc()
            .checked_add_offset(offset)
            .unwrap_or(at.naive_utc())
    }

    fn instant(&self, name: &ZoneName, local: NaiveDateTime) -> Option<LocalTime> {
        let zone = zone(name);
        // A day from the ends of the calendar, offsets can't be asked for.
        local.checked_add_signed(TimeDelta::days(2))?;
        local.checked_sub_signed(TimeDelta::days(2))?;
        Some(match zone.from_local_datetime(&local) {
            MappedLocalTime::Single(at) => LocalTime::Once(at.to_utc()),
            MappedLocalTime::Ambiguous(a, b) => LocalTime::Twice(a.to_utc(), b.to_utc()),
            MappedLocalTime::None => {
                // The offset from before the gap: it leads as far behind the gap as the time lies in it.
                let before = zone.offset_from_local_datetime(&(local - TimeDelta::days(1)));
                let offset = before.earliest()?.fix();
                LocalTime::Never {
                    moved: local.checked_sub_offset(offset)?.and_utc(),
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::ports::Zones as _;

    use super::*;

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_local_time_comes_once_twice_or_never() {
        let vienna = ZoneName("Europe/Vienna".into());
        let instant = |text| IanaZones.instant(&vienna, local(text)).unwrap();
        let utc = |text: &str| local(text).and_utc();
        assert_eq!(
            instant("2023-07-01T12:00:00"),
            LocalTime::Once(utc("2023-07-01T10:00:00"))
        );
        assert_eq!(
            instant("2023-10-29T02:30:00"),
            LocalTime::Twice(utc("2023-10-29T00:30:00"), utc("2023-10-29T01:30:00"))
        );
        assert_eq!(
            instant("2023-03-26T02:30:00"),
            LocalTime::Never {
                moved: utc("2023-03-26T01:30:00")
            }
        );
        assert_eq!(
            IanaZones.local(&vienna, utc("2023-03-26T01:30:00")),
            local("2023-03-26T03:30:00")
        );
    }

    #[test]
    fn the_ends_of_the_calendar_do_no_harm() {
        let apia = ZoneName("Pacific/Apia".into());
        assert_eq!(IanaZones.instant(&apia, NaiveDateTime::MAX), None);
        assert_eq!(IanaZones.instant(&apia, NaiveDateTime::MIN), None);
        let last = DateTime::<Utc>::MAX_UTC;
        assert_eq!(IanaZones.local(&apia, last), last.naive_utc());
    }

    #[test]
    fn zones_are_offered_by_region() {
        let names = IanaZones.names();
        assert!(names.contains(&"Europe/Vienna") && names.contains(&"UTC"));
        assert!(!names.contains(&"CET"));
        assert!(!IanaZones.knows(&ZoneName("Mars/Olympus".into())));
    }
}

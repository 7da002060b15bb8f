//! What the site is set to.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _};
use serde::{Deserialize, Serialize};

use crate::{
    codes::{CodeStyle, Correction, MAX_MARGIN, QrContent},
    error::{Error, Field, Flaw, FlawKind},
    qr::QUIET_ZONE,
    token::{MAX_NUMBER, Uses},
};

/// The longest that attempts are kept by a number: a hundred years, in days.
pub const MAX_RETENTION: u32 = 36_500;

/// The settings of the site. All nodes read them from the store, so all agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The window that the button *Morning* sets.
    pub morning: DayRange,
    /// The window that the button *Afternoon* sets.
    pub afternoon: DayRange,
    /// The window that the button *Today* sets.
    pub today: DayRange,
    /// The lock of a token that is made without one, in seconds.
    pub default_lock: u32,
    /// The uses of a token that is made without a number.
    pub default_uses: Uses,
    /// The zone in which local times are read and written.
    pub zone: ZoneName,
    /// The language of pages for those who have chosen none.
    pub language: SiteLanguage,
    /// What QR codes say.
    pub qr_content: QrContent,
    /// How much damage QR codes bear.
    pub qr_correction: Correction,
    /// White around QR codes, in modules.
    pub qr_margin: u32,
    /// After how many days attempts are forgotten; 0 = never.
    pub retention: u32,
}

/// A part of a day, in local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRange {
    /// Its start.
    pub start: NaiveTime,
    /// Its end; not before the start.
    pub end: NaiveTime,
}

/// The language of pages for those who have chosen none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteLanguage {
    /// The first of the browser's that we speak.
    Browser,
    /// English.
    En,
    /// German.
    De,
}

/// The name of a time zone in the IANA database, such as `Europe/Vienna`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ZoneName(pub String);

/// A window that one click sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// No window at all.
    NoLimit,
    /// Today, from and to as in [`Settings::morning`].
    Morning,
    /// Today, from and to as in [`Settings::afternoon`].
    Afternoon,
    /// Today, from and to as in [`Settings::today`].
    Today,
    /// From now to the end of the seventh day from today.
    SevenDays,
}

impl Default for Settings {
    fn default() -> Self {
        let range = |start, end| DayRange {
            start: hour(start),
            end: hour(end),
        };
        Self {
            morning: range(8, 12),
            afternoon: range(12, 18),
            today: range(8, 18),
            default_lock: 0,
            default_uses: Uses::Left(0),
            zone: ZoneName("UTC".into()),
            language: SiteLanguage::Browser,
            qr_content: QrContent::Value,
            qr_correction: Correction::M,
            qr_margin: QUIET_ZONE,
            retention: 0,
        }
    }
}

fn hour(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour of the day")
}

/// The name under which a setting is set and stored: the reference's names where it had them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "each names the field of `Settings` that it sets"
)]
pub enum SettingKey {
    MorningStart,
    MorningEnd,
    AfternoonStart,
    AfternoonEnd,
    TodayStart,
    TodayEnd,
    DefaultLock,
    DefaultUses,
    Zone,
    Language,
    QrContent,
    QrCorrection,
    QrMargin,
    Retention,
}

impl SettingKey {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::MorningStart,
        Self::MorningEnd,
        Self::AfternoonStart,
        Self::AfternoonEnd,
        Self::TodayStart,
        Self::TodayEnd,
        Self::DefaultLock,
        Self::DefaultUses,
        Self::Zone,
        Self::Language,
        Self::QrContent,
        Self::QrCorrection,
        Self::QrMargin,
        Self::Retention,
    ];

    /// Its name on the command line and in stores.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MorningStart => "morning.start",
            Self::MorningEnd => "morning.end",
            Self::AfternoonStart => "afternoon.start",
            Self::AfternoonEnd => "afternoon.end",
            Self::TodayStart => "today.start",
            Self::TodayEnd => "today.end",
            Self::DefaultLock => "default_locktime",
            Self::DefaultUses => "default_usage_count",
            Self::Zone => "site_timezone",
            Self::Language => "language",
            Self::QrContent => "qr_content",
            Self::QrCorrection => "qr_correction",
            Self::QrMargin => "qr_margin",
            Self::Retention => "retention_days",
        }
    }

    /// The setting of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.as_str() == name)
    }

    /// The field by which flaws name it.
    pub fn field(self) -> Field {
        match self {
            Self::MorningStart => Field::MorningStart,
            Self::MorningEnd => Field::MorningEnd,
            Self::AfternoonStart => Field::AfternoonStart,
            Self::AfternoonEnd => Field::AfternoonEnd,
            Self::TodayStart => Field::TodayStart,
            Self::TodayEnd => Field::TodayEnd,
            Self::DefaultLock => Field::DefaultLock,
            Self::DefaultUses => Field::DefaultUses,
            Self::Zone => Field::Zone,
            Self::Language => Field::Language,
            Self::QrContent => Field::QrContent,
            Self::QrCorrection => Field::QrCorrection,
            Self::QrMargin => Field::QrMargin,
            Self::Retention => Field::Retention,
        }
    }
}

impl Settings {
    /// A setting as text, such as `08:00`; [`Settings::set`] reads it back.
    pub fn get(&self, key: SettingKey) -> String {
        let time = |time: NaiveTime| format!("{:02}:{:02}", time.hour(), time.minute());
        match key {
            SettingKey::MorningStart => time(self.morning.start),
            SettingKey::MorningEnd => time(self.morning.end),
            SettingKey::AfternoonStart => time(self.afternoon.start),
            SettingKey::AfternoonEnd => time(self.afternoon.end),
            SettingKey::TodayStart => time(self.today.start),
            SettingKey::TodayEnd => time(self.today.end),
            SettingKey::DefaultLock => self.default_lock.to_string(),
            SettingKey::DefaultUses => self.default_uses.number().to_string(),
            SettingKey::Zone => self.zone.0.clone(),
            SettingKey::Language => self.language.as_str().into(),
            SettingKey::QrContent => self.qr_content.as_str().into(),
            SettingKey::QrCorrection => self.qr_correction.as_str().into(),
            SettingKey::QrMargin => self.qr_margin.to_string(),
            SettingKey::Retention => self.retention.to_string(),
        }
    }

    /// Sets one setting from text. Whether ranges are in order and the zone exists is asked once all are set, by
    /// [`Settings::check`] and the service.
    pub fn set(&mut self, key: SettingKey, text: &str) -> Result<(), Flaw> {
        let flaw = |kind| Flaw {
            field: key.field(),
            kind,
        };
        let text = text.trim();
        if text.is_empty() {
            return Err(flaw(FlawKind::Missing));
        }
        let time = || parse_time(text).ok_or(flaw(FlawKind::NotATime));
        match key {
            SettingKey::MorningStart => self.morning.start = time()?,
            SettingKey::MorningEnd => self.morning.end = time()?,
            SettingKey::AfternoonStart => self.afternoon.start = time()?,
            SettingKey::AfternoonEnd => self.afternoon.end = time()?,
            SettingKey::TodayStart => self.today.start = time()?,
            SettingKey::TodayEnd => self.today.end = time()?,
            SettingKey::DefaultLock => {
                self.default_lock = parse_lock(text).map_err(flaw)?;
            }
            SettingKey::DefaultUses => {
                self.default_uses = Uses::parse(text).map_err(flaw)?;
            }
            SettingKey::Zone => self.zone = ZoneName(text.to_owned()),
            SettingKey::Language => {
                self.language = SiteLanguage::parse(text).ok_or(flaw(FlawKind::Unknown))?;
            }
            SettingKey::QrContent => {
                self.qr_content = QrContent::parse(text).ok_or(flaw(FlawKind::Unknown))?;
            }
            SettingKey::QrCorrection => {
                self.qr_correction = Correction::parse(text).ok_or(flaw(FlawKind::Unknown))?;
            }
            SettingKey::QrMargin => {
                self.qr_margin = parse_up_to(text, MAX_MARGIN).map_err(flaw)?;
            }
            SettingKey::Retention => {
                self.retention = parse_up_to(text, MAX_RETENTION).map_err(flaw)?;
            }
        }
        Ok(())
    }

    /// How QR codes are made.
    pub fn codes(&self) -> CodeStyle {
        CodeStyle {
            content: self.qr_content,
            correction: self.qr_correction,
            margin: self.qr_margin,
        }
    }

    /// What is wrong with the settings as a whole.
    pub fn check(&self) -> Result<(), Error> {
        let ranges = [
            (self.morning, Field::MorningEnd),
            (self.afternoon, Field::AfternoonEnd),
            (self.today, Field::TodayEnd),
        ];
        let flaws = ranges
            .into_iter()
            .filter(|(range, _)| range.end < range.start)
            .map(|(_, field)| Flaw {
                field,
                kind: FlawKind::EndNotAfterStart,
            })
            .collect();
        Error::unless_empty(flaws)
    }

    /// The local times of `preset` when it is chosen at the local time `now`.
    pub fn window_of(
        &self,
        preset: Preset,
        now: NaiveDateTime,
    ) -> (Option<NaiveDateTime>, Option<NaiveDateTime>) {
        let day = |range: DayRange, date: NaiveDate| {
            (
                Some(date.and_time(range.start)),
                Some(date.and_time(range.end)),
            )
        };
        match preset {
            Preset::NoLimit => (None, None),
            Preset::Morning => day(self.morning, now.date()),
            Preset::Afternoon => day(self.afternoon, now.date()),
            Preset::Today => day(self.today, now.date()),
            Preset::SevenDays => {
                let last = now
                    .date()
                    .checked_add_days(Days::new(7))
                    .unwrap_or(NaiveDate::MAX);
                (Some(now), last.and_hms_opt(23, 59, 59))
            }
        }
    }
}

impl SiteLanguage {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Browser, Self::En, Self::De];

    /// Its name in forms and stores; of a language, its tag (BCP 47).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// The language of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| language.as_str() == name)
    }
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::NoLimit,
        Self::Morning,
        Self::Afternoon,
        Self::Today,
        Self::SevenDays,
    ];

    /// Its name in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoLimit => "no_limit",
            Self::Morning => "morning",
            Self::Afternoon => "afternoon",
            Self::Today => "today",
            Self::SevenDays => "seven_days",
        }
    }

    /// The preset of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == name)
    }
}

impl Uses {
    /// −1 for unlimited, else how many are left: the number of the JSON API, of settings and of stores.
    pub fn number(self) -> i64 {
        match self {
            Self::Unlimited => -1,
            Self::Left(n) => i64::from(n),
        }
    }

    /// The uses of such a number.
    pub fn from_number(number: i64) -> Result<Self, FlawKind> {
        match number {
            -1 => Ok(Self::Unlimited),
            // What does not fit 32 bits is out of range before it is too small (contract, D8).
            n if n < i64::from(i32::MIN) || n > i64::from(MAX_NUMBER) => Err(FlawKind::OutOfRange),
            n => u32::try_from(n)
                .map(Self::Left)
                .map_err(|_| FlawKind::TooSmall { min: -1 }),
        }
    }

    /// The uses that `text` says as such a number.
    pub fn parse(text: &str) -> Result<Self, FlawKind> {
        Self::from_number(parse_integer(text)?)
    }
}

/// A lock in seconds out of a number.
pub fn lock_from_number(number: i64) -> Result<u32, FlawKind> {
    match number {
        n if n < i64::from(i32::MIN) || n > i64::from(MAX_NUMBER) => Err(FlawKind::OutOfRange),
        n => u32::try_from(n).map_err(|_| FlawKind::TooSmall { min: 0 }),
    }
}

/// A lock in seconds out of text.
pub fn parse_lock(text: &str) -> Result<u32, FlawKind> {
    lock_from_number(parse_integer(text)?)
}

/// A whole number from 0 to `max`.
fn parse_up_to(text: &str, max: u32) -> Result<u32, FlawKind> {
    match lock_from_number(parse_integer(text)?)? {
        number if number > max => Err(FlawKind::TooLarge { max: max.into() }),
        number => Ok(number),
    }
}

/// A whole number: blanks around it, one sign, ASCII digits (contract, D20). Any number of digits is a number, if
/// perhaps [out of range](FlawKind::OutOfRange).
pub fn parse_integer(text: &str) -> Result<i64, FlawKind> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FlawKind::NotAnInteger);
    }
    text.parse().map_err(|_| FlawKind::OutOfRange)
}

/// A time of day as `HH:MM`, seconds allowed and dropped.
fn parse_time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M")
        .or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S"))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_reads_back_what_it_says() {
        let mut settings = Settings::default();
        let before = settings.clone();
        for key in SettingKey::ALL {
            let text = settings.get(key);
            settings.set(key, &text).unwrap();
            assert_eq!(SettingKey::parse(key.as_str()), Some(key));
        }
        assert_eq!(settings, before);
    }

    #[test]
    fn a_setting_that_cannot_be_names_its_field() {
        let mut settings = Settings::default();
        for (key, text, kind) in [
            (SettingKey::MorningStart, "25:00", FlawKind::NotATime),
            (SettingKey::TodayEnd, " ", FlawKind::Missing),
            (SettingKey::DefaultLock, "-1", FlawKind::TooSmall { min: 0 }),
            (
                SettingKey::DefaultUses,
                "-2",
                FlawKind::TooSmall { min: -1 },
            ),
            (SettingKey::DefaultUses, "2147483648", FlawKind::OutOfRange),
            (SettingKey::DefaultUses, "many", FlawKind::NotAnInteger),
            (SettingKey::QrContent, "poem", FlawKind::Unknown),
            (SettingKey::QrCorrection, "X", FlawKind::Unknown),
            (SettingKey::QrMargin, "17", FlawKind::TooLarge { max: 16 }),
            (SettingKey::QrMargin, "-1", FlawKind::TooSmall { min: 0 }),
            (SettingKey::Language, "la", FlawKind::Unknown),
            (
                SettingKey::Retention,
                "36501",
                FlawKind::TooLarge { max: 36_500 },
            ),
        ] {
            let flaw = settings.set(key, text).unwrap_err();
            assert_eq!(
                flaw,
                Flaw {
                    field: key.field(),
                    kind
                },
                "{text}"
            );
        }
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn a_range_may_be_empty_but_not_backwards() {
        let mut settings = Settings::default();
        settings.set(SettingKey::MorningEnd, "08:00").unwrap();
        assert_eq!(settings.check(), Ok(()));
        settings.set(SettingKey::MorningEnd, "07:59").unwrap();
        assert_eq!(
            settings.check(),
            Err(Error::flaw(Field::MorningEnd, FlawKind::EndNotAfterStart))
        );
    }

    #[test]
    fn integers_are_ascii_digits_with_a_sign() {
        for (text, number) in [
            (" 5 ", Ok(5)),
            ("+5", Ok(5)),
            ("0005", Ok(5)),
            ("-0", Ok(0)),
            ("1_000", Err(FlawKind::NotAnInteger)),
            ("٥", Err(FlawKind::NotAnInteger)),
            ("--5", Err(FlawKind::NotAnInteger)),
            ("", Err(FlawKind::NotAnInteger)),
            ("99999999999999999999", Err(FlawKind::OutOfRange)),
        ] {
            assert_eq!(parse_integer(text), number, "{text}");
        }
    }
}

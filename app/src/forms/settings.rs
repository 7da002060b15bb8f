//! The settings of the site.

use domain::settings::SettingKey;
use serde::{Deserialize, Serialize};

/// The settings as they were typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each is the setting of its name")]
pub struct SettingsForm {
    pub morning_start: String,
    pub morning_end: String,
    pub afternoon_start: String,
    pub afternoon_end: String,
    pub today_start: String,
    pub today_end: String,
    pub default_lock: String,
    pub default_uses: String,
    pub zone: String,
    pub language: Option<String>,
    pub qr_content: Option<String>,
    pub qr_correction: Option<String>,
    pub qr_margin: Option<String>,
    pub retention: Option<String>,
}

impl SettingsForm {
    /// What is to be set. The use case reads the texts.
    pub fn changes(&self) -> Vec<(SettingKey, String)> {
        let given = [
            (SettingKey::MorningStart, Some(&self.morning_start)),
            (SettingKey::MorningEnd, Some(&self.morning_end)),
            (SettingKey::AfternoonStart, Some(&self.afternoon_start)),
            (SettingKey::AfternoonEnd, Some(&self.afternoon_end)),
            (SettingKey::TodayStart, Some(&self.today_start)),
            (SettingKey::TodayEnd, Some(&self.today_end)),
            (SettingKey::DefaultLock, Some(&self.default_lock)),
            (SettingKey::DefaultUses, Some(&self.default_uses)),
            (SettingKey::Zone, Some(&self.zone)),
            (SettingKey::Language, self.language.as_ref()),
            (SettingKey::QrContent, self.qr_content.as_ref()),
            (SettingKey::QrCorrection, self.qr_correction.as_ref()),
            (SettingKey::QrMargin, self.qr_margin.as_ref()),
            (SettingKey::Retention, self.retention.as_ref()),
        ];
        given
            .into_iter()
            .filter_map(|(key, text)| Some((key, text?.clone())))
            .collect()
    }
}

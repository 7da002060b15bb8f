//! The settings of the site.

use domain::{
    Field,
    codes::{Correction, QrContent},
    settings::{SettingKey, SiteLanguage},
    view::SettingsPage,
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::errors::failed;
use crate::{
    Error,
    call::{Call, form},
    components::{
        alert::form_alert,
        field::{Input, flaw_of, submit},
        head::page_head,
    },
    context,
    fns::settings::ChangeSettings,
    load::{Answer, Ask, Loading},
    text::{Language, text},
};

/// The settings page.
#[component]
pub(super) fn Settings() -> impl IntoView {
    let words = &text().settings;
    let change = Call::new(ChangeSettings::PATH);
    let page = Loading::new(move || (Ask::Settings, change.answers()));
    page.show(
        move |answer, _| match answer.and_then(Answer::read::<SettingsPage>) {
            Ok(page) => view! {
                {page_head(words.title, words.facts.into_any(), ().into_any())}
                {fields(change, page)}
            }
            .into_any(),
            Err(error) => failed(&error),
        },
    )
}

fn fields(change: Call, page: SettingsPage) -> AnyView {
    let text = text();
    let words = &text.settings;
    let SettingsPage { settings, zones } = page;
    let error = change.error();
    let settings = StoredValue::new(settings);
    let get = move |key| settings.with_value(|settings| settings.get(key));
    // What was typed in a form that was refused. Inputs see to that themselves.
    let choice = |name, key| context::typed().or(name, get(key));
    let language = language(choice("form[language]", SettingKey::Language));
    let content = choice("form[qr_content]", SettingKey::QrContent);
    let correction = choice("form[qr_correction]", SettingKey::QrCorrection);
    let codes = codes(&content, &correction, get(SettingKey::QrMargin), error);
    let card = view! {
            <div class="card">
                <div class="section">
                    {section_text(words.windows, words.windows_hint)} <div class="form">
                        {form_alert(error)}
                        {windows(get, error)}
                    </div>
                </div>
                <div class="section">
                    {section_text(words.defaults, words.defaults_hint)} <div class="pair">
                        <Input
                            name="form[default_uses]"
                            label=words.default_uses
                            kind="number"
                            min="-1"
                            max="2147483647"
                            value=get(SettingKey::DefaultUses)
                            hint=words.default_uses_hint
                            required=true
                            error=flaw_of(error, Field::DefaultUses)
                        />
                        <Input
                            name="form[default_lock]"
                            label=words.default_lock
                            kind="number"
                            min="0"
                            max="2147483647"
                            value=get(SettingKey::DefaultLock)
                            unit=text.common.seconds.other
                            required=true
                            error=flaw_of(error, Field::DefaultLock)
                        />
                    </div>
                </div>
                <div class="section">
                    {section_text(words.zone_section, words.zone_section_hint)} <div>
                        <Input
                            name="form[zone]"
                            label=words.zone
                            list="zones"
                            value=get(SettingKey::Zone)
                            hint=words.zone_hint
                            required=true
                            error=flaw_of(error, Field::Zone)
                        /> <datalist id="zones">
                            {zones.into_iter().map(|zone| view! { <option value=zone></option> }).collect_view()}
                        </datalist>
                    </div>
                </div>
                {language} {codes}
                <div class="section">
                    {section_text(words.retention_section, words.retention_section_hint)}
                    <Input
                        name="form[retention]"
                        label=words.retention
                        kind="number"
                        min="0"
                        max="36500"
                        value=get(SettingKey::Retention)
                        unit=words.days
                        hint=words.retention_hint
                        required=true
                        error=flaw_of(error, Field::Retention)
                    />
                </div>
                <div class="card-foot">{submit(text.common.save, change.pending(), "btn-primary")}</div>
            </div>
    };
    form(change, None, card.into_any())
}

/// The times of the presets for windows.
fn windows(get: impl Fn(SettingKey) -> String, error: Signal<Option<Error>>) -> AnyView {
    let text = text();
    let words = &text.settings;
    let rules = &text.rules;
    let window = |title: &'static str, [start, end]: [(&'static str, SettingKey); 2]| {
        let time = |(name, key): (_, SettingKey), label| {
            time_field(name, label, get(key), error, key.field())
        };
        view! {
            <fieldset>
                <legend class="group-title">{title}</legend>
                <div class="pair pair-short">
                    {time(start, words.start)} {time(end, words.end)}
                </div>
            </fieldset>
        }
    };
    [
        window(
            rules.morning,
            [
                ("form[morning_start]", SettingKey::MorningStart),
                ("form[morning_end]", SettingKey::MorningEnd),
            ],
        ),
        window(
            rules.afternoon,
            [
                ("form[afternoon_start]", SettingKey::AfternoonStart),
                ("form[afternoon_end]", SettingKey::AfternoonEnd),
            ],
        ),
        window(
            rules.today,
            [
                ("form[today_start]", SettingKey::TodayStart),
                ("form[today_end]", SettingKey::TodayEnd),
            ],
        ),
    ]
    .collect_view()
    .into_any()
}

/// The language for those who have chosen none.
fn language(now: String) -> AnyView {
    let words = &text().settings;
    let options = SiteLanguage::ALL.map(|language| {
        let name = match language {
            SiteLanguage::Browser => words.language_browser,
            SiteLanguage::En => Language::En.name(),
            SiteLanguage::De => Language::De.name(),
        };
        option(language.as_str(), name.to_owned(), &now)
    });
    view! {
        <div class="section">
            {section_text(words.language_section, words.language_section_hint)} <div class="field">
                <label class="label" for="form[language]">
                    {words.language}
                </label>
                <select class="input" id="form[language]" name="form[language]">
                    {options.collect_view()}
                </select>
            </div>
        </div>
    }
    .into_any()
}

/// What codes say, and how they are drawn.
fn codes(content: &str, correction: &str, margin: String, error: Signal<Option<Error>>) -> AnyView {
    let words = &text().settings;
    let contents = QrContent::ALL.map(|choice| {
        let (name, hint) = match choice {
            QrContent::Value => (words.qr_value, words.qr_value_hint),
            QrContent::Link => (words.qr_link, words.qr_link_hint),
        };
        view! {
            <label class="check">
                <input
                    type="radio"
                    name="form[qr_content]"
                    value=choice.as_str()
                    checked=choice.as_str() == content
                />
                <span>
                    {name} <span class="hint rule-note">{hint}</span>
                </span>
            </label>
        }
    });
    let levels = Correction::ALL.map(|level| {
        option(
            level.as_str(),
            format!("{} · {} %", level.as_str(), level.percent()),
            correction,
        )
    });
    view! {
        <div class="section">
            {section_text(words.qr, words.qr_hint)} <div class="form">
                <fieldset class="group">
                    <legend class="visually-hidden">{words.qr}</legend>
                    {contents.collect_view()}
                </fieldset>
                <div class="pair">
                    <div class="field">
                        <label class="label" for="form[qr_correction]">
                            {words.qr_correction}
                        </label>
                        <select
                            class="input"
                            id="form[qr_correction]"
                            name="form[qr_correction]"
                            aria-describedby="qr-correction-hint"
                        >
                            {levels.collect_view()}
                        </select>
                        <p class="hint" id="qr-correction-hint">
                            {words.qr_correction_hint}
                        </p>
                    </div>
                    <Input
                        name="form[qr_margin]"
                        label=words.qr_margin
                        kind="number"
                        min="0"
                        max="16"
                        value=margin
                        unit=words.modules
                        hint=words.qr_margin_hint
                        required=true
                        error=flaw_of(error, Field::QrMargin)
                    />
                </div>
            </div>
        </div>
    }
    .into_any()
}

fn option(value: &'static str, name: String, now: &str) -> AnyView {
    view! {
        <option value=value selected=value == now>
            {name}
        </option>
    }
    .into_any()
}

fn time_field(
    name: &'static str,
    label: &'static str,
    value: String,
    error: Signal<Option<Error>>,
    field: Field,
) -> AnyView {
    view! {
        <Input name label kind="time" value required=true error=flaw_of(error, field) />
    }
    .into_any()
}

fn section_text(title: &'static str, hint: &'static str) -> AnyView {
    view! { <div class="section-text"><h2>{title}</h2> <p>{hint}</p></div> }.into_any()
}

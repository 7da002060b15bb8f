//! A labelled input with its hint and its error.

use domain::Field;
use leptos::prelude::*;

use super::icon::{Icon, icon};
use crate::{Error, context, text::text};

/// What is wrong with `field` according to the last call of a form.
pub(crate) fn flaw_of(error: Signal<Option<Error>>, field: Field) -> Signal<Option<String>> {
    let text = text();
    Signal::derive(move || match error.get()? {
        Error::Domain(error) => Some(text.flaw(field, error.flaw_of(field)?)),
        Error::Call(_) => None,
    })
}

/// What a form sends along unseen: name and value of each.
pub(crate) fn hidden(pairs: Vec<(&'static str, String)>) -> AnyView {
    let pairs = pairs.into_iter();
    pairs
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view()
        .into_any()
}

/// The line below an input that says what is wrong with it.
pub(crate) fn field_error(id: String, error: Signal<Option<String>>) -> AnyView {
    (move || {
        let id = id.clone();
        error.get().map(|message| {
            view! {
                <p class="error" id=id role="alert">
                    {icon(Icon::CircleAlert)}
                    <span>{message}</span>
                </p>
            }
        })
    })
    .into_any()
}

/// The field for a value as a code says it: scanned, copied or typed, and changed by no keyboard's good will. Where it has
/// a hint it is what its page is for, and begins there.
pub(crate) fn code_field(label: &'static str, hint: Option<&'static str>) -> AnyView {
    let told = hint.map(|hint| {
        view! {
            <p class="hint" id="value-hint">
                {hint}
            </p>
        }
    });
    view! {
        <div class="field">
            <label class="label" for="value">
                {label}
            </label>
            <input
                class="input mono"
                id="value"
                name="value"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                autofocus=hint.is_some()
                required=true
                aria-describedby=hint.map(|_| "value-hint")
            />
            {told}
        </div>
    }
    .into_any()
}

/// A labelled input. Its `name` is also its id, so that a form has it once.
#[component]
pub(crate) fn Input(
    /// The name under which it is sent.
    name: &'static str,
    /// What is wanted.
    #[prop(into)]
    label: String,
    /// The `type` of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// What stands in it at first.
    #[prop(into, optional)]
    value: String,
    /// A word that helps.
    #[prop(into, optional)]
    hint: String,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
    /// Whether it can be left empty is said where most fields cannot.
    #[prop(optional)]
    optional: bool,
    /// Whether the browser insists on a value.
    #[prop(optional)]
    required: bool,
    /// What a password manager looks for.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// The least number.
    #[prop(optional)]
    min: Option<&'static str>,
    /// The largest number.
    #[prop(optional)]
    max: Option<&'static str>,
    /// The most characters.
    #[prop(optional)]
    maxlength: Option<&'static str>,
    /// The least characters.
    #[prop(optional)]
    minlength: Option<&'static str>,
    /// The steps of a number or time.
    #[prop(optional)]
    step: Option<&'static str>,
    /// The unit behind the input.
    #[prop(optional)]
    unit: Option<&'static str>,
    /// The id of a list of suggestions.
    #[prop(optional)]
    list: Option<&'static str>,
    /// Whether the page begins here.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let text = text();
    // A form that was refused comes back as it was sent, but for passwords.
    let value = match kind {
        "password" => value,
        _ => context::typed().or(name, value),
    };
    let error_id = format!("{name}-error");
    let hint_id = (!hint.is_empty()).then(|| format!("{name}-hint"));
    let described = {
        let (error_id, hint_id) = (error_id.clone(), hint_id.clone());
        move || {
            let error_id = error.get().map(|_| error_id.clone());
            let ids: Vec<String> = error_id.into_iter().chain(hint_id.clone()).collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    };
    view! {
        <div class="field">
            <label class="label" for=name>
                {label}
                {optional.then(|| view! { <span class="optional">{text.common.optional}</span> })}
            </label>
            <div class="with-unit">
                <input
                    class="input"
                    id=name
                    name=name
                    type=kind
                    value=value
                    required=required
                    autocomplete=autocomplete.unwrap_or("off")
                    min=min
                    max=max
                    maxlength=maxlength
                    minlength=minlength
                    step=step
                    list=list
                    autofocus=autofocus
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-describedby=described
                />
                {unit.map(|unit| view! { <span class="unit">{unit}</span> })}
            </div>
            {hint_id.map(|id| view! { <p class="hint" id=id>{hint}</p> })}
            {field_error(error_id, error)}
        </div>
    }
    .into_any()
}

/// The button that sends a form. While the form is under way it keeps its width and sends nothing more.
pub(crate) fn submit(
    label: impl IntoView + 'static,
    pending: Signal<bool>,
    class: &'static str,
) -> AnyView {
    let once = move |event: leptos::ev::MouseEvent| {
        if pending.get_untracked() {
            event.prevent_default();
        }
    };
    view! {
        <button
            type="submit"
            class=format!("btn {class}")
            aria-busy=move || pending.get().then_some("true")
            on:click=once
        >
            {label.into_any()}
        </button>
    }
    .into_any()
}

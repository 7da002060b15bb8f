//! What only a browser can do. Pages call these from effects and event handlers, which do not run on the host.

pub(crate) mod camera;
mod clocks;
mod rows;

use gloo_net::http::Request;
use js_sys::{Array, Date};
use leptos::{
    form::form_data_from_event,
    prelude::{
        GetUntracked as _, RwSignal, Set as _, document, on_cleanup, window, window_event_listener,
    },
    server_fn::error::{FromServerFnError, ServerFnErrorErr},
};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AudioContext, Blob, BlobPropertyBag, CanvasRenderingContext2d, Element, FormData,
    HtmlAnchorElement, HtmlCanvasElement, HtmlDialogElement, HtmlElement, HtmlFormElement,
    HtmlInputElement, KeyboardEvent, Path2d, SubmitEvent, Url, UrlSearchParams,
};

pub(crate) use clocks::{
    clocks_of, hide_beside, is_attended, place_again, pointed_time, show_beside, time_of,
    zone_name, zone_offset,
};
pub(crate) use rows::{
    focus_search, is_dialog_open, move_row, show, submit_form_to, takes_keys, tick_row,
};

use crate::Error;

/// Now, in seconds since 1970.
pub(crate) fn now() -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the clock of a browser is in the range"
    )]
    let seconds = (Date::now() / 1000.0) as i64;
    seconds
}

/// Now, in milliseconds since 1970.
pub(crate) fn now_millis() -> f64 {
    Date::now()
}

/// What this browser keeps under a name, if it keeps anything.
pub(crate) fn kept(name: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(name).ok()?
}

/// Has this browser keep something, or forget it.
pub(crate) fn keep(name: &str, value: Option<&str>) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = match value {
            Some(value) => storage.set_item(name, value),
            None => storage.remove_item(name),
        };
    }
}

/// Says to the stylesheet, and to tests, that the page is alive.
#[cfg(feature = "hydrate")]
pub(crate) fn mark_hydrated() {
    // Coming back from a form leaves a question mark without a question.
    if window()
        .location()
        .href()
        .is_ok_and(|address| address.ends_with('?'))
    {
        clean_address();
    }
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-hydrated", "");
    }
}

/// Has the browser keep the files of this build, and say so where there is no network (`public/sw.js`). Where it has no
/// service workers, or they are not allowed, the page works without.
#[cfg(feature = "hydrate")]
pub(crate) fn keep_files() {
    let Ok(container) = js_sys::Reflect::get(&window().navigator(), &"serviceWorker".into()) else {
        return;
    };
    let register = js_sys::Reflect::get(&container, &"register".into());
    let Some(register) = register
        .ok()
        .and_then(|it| it.dyn_into::<js_sys::Function>().ok())
    else {
        return;
    };
    let registered = register.call1(&container, &"/sw.js".into());
    if let Some(promise) = registered
        .ok()
        .and_then(|it| it.dyn_into::<js_sys::Promise>().ok())
    {
        wasm_bindgen_futures::spawn_local(async {
            let _ = JsFuture::from(promise).await;
        });
    }
}

/// Whether the page is alive.
#[cfg(not(feature = "ssr"))]
pub(crate) fn is_hydrated() -> bool {
    document()
        .document_element()
        .is_some_and(|root| root.has_attribute("data-hydrated"))
}

/// Paints the page in a theme; none = as the device is set.
pub(crate) fn set_theme(theme: Option<&str>) {
    let Some(root) = document().document_element() else {
        return;
    };
    let _ = match theme {
        Some(theme) => root.set_attribute("data-theme", theme),
        None => root.remove_attribute("data-theme"),
    };
}

/// Takes the notice out of the address, which has been read.
pub(crate) fn clean_address() {
    let location = window().location();
    let (Ok(mut address), Ok(search), Ok(history)) =
        (location.pathname(), location.search(), window().history())
    else {
        return;
    };
    for pair in search.trim_start_matches('?').split('&') {
        if !pair.is_empty() && !pair.starts_with("notice=") {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str(pair);
        }
    }
    let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
}

/// What stands in the fragment of the address, if anything.
pub(crate) fn fragment() -> Option<String> {
    let fragment = window().location().hash().ok()?;
    let value = domain::link::decoded(fragment.strip_prefix('#')?);
    (!value.is_empty()).then_some(value)
}

/// Whether somebody can see the page, as long as the calling effect or component is there.
pub(crate) fn visible() -> RwSignal<bool> {
    let is_visible = || !document().hidden();
    let visible = RwSignal::new(is_visible());
    let changed = Closure::<dyn Fn()>::new(move || {
        let _ = visible.try_set(is_visible());
    });
    let listener = changed.as_ref().unchecked_ref();
    let _ = document().add_event_listener_with_callback("visibilitychange", listener);
    let changed = SendWrapper::new(changed);
    on_cleanup(move || {
        let listener = changed.as_ref().unchecked_ref();
        let _ = document().remove_event_listener_with_callback("visibilitychange", listener);
    });
    visible
}

/// Empties the form of that id.
pub(crate) fn reset_form(id: &str) {
    if let Some(form) = element::<HtmlFormElement>(id) {
        form.reset();
    }
}

/// Whether a key was pressed in a field that takes letters itself.
pub(crate) fn is_in_field(event: &KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|target| {
            target
                .matches("input, textarea, select")
                .unwrap_or_default()
        })
}

/// A name that no other has: of an attempt, for the server to know it again.
pub(crate) fn unlikely_name() -> String {
    let part = || js_sys::Math::random().to_bits();
    format!("{:x}-{:x}-{:x}", Date::now().to_bits(), part(), part())
}

/// The time of day where the reader is.
pub(crate) fn clock() -> String {
    let now = Date::new_0();
    format!(
        "{:02}:{:02}:{:02}",
        now.get_hours(),
        now.get_minutes(),
        now.get_seconds()
    )
}

/// Waits so many milliseconds.
pub(crate) async fn pause(millis: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
    });
    let _ = SendWrapper::new(JsFuture::from(promise)).await;
}

/// What a door sounds like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Two short high tones.
    Good,
    /// A long low one.
    Bad,
    /// Two of the middle.
    Unsure,
}

/// Sounds, and shakes what can be shaken. A browser that lets nobody hear it says nothing.
pub(crate) fn sound(tone: Tone) {
    let (tones, shake): (&[(f32, f64, f64)], &[u32]) = match tone {
        Tone::Good => (&[(1568.0, 0.0, 0.09), (2093.0, 0.12, 0.12)], &[80]),
        Tone::Bad => (&[(155.0, 0.0, 0.7)], &[300, 100, 300]),
        Tone::Unsure => (&[(440.0, 0.0, 0.15), (440.0, 0.25, 0.15)], &[150, 100, 150]),
    };
    let pattern: Array = shake.iter().copied().map(JsValue::from).collect();
    let navigator = window().navigator();
    // Only some browsers can.
    if js_sys::Reflect::has(&navigator, &"vibrate".into()).unwrap_or_default() {
        let _ = navigator.vibrate_with_pattern(&pattern);
    }
    let _ = play(tones);
}

/// Has the browser allow sounds, which it does where somebody has just touched the page.
pub(crate) fn unlock_sound() {
    let _ = play(&[]);
}

/// Plays tones: each a frequency, a start and a length in seconds.
fn play(tones: &[(f32, f64, f64)]) -> Result<(), JsValue> {
    thread_local! {
        static CONTEXT: std::cell::OnceCell<AudioContext> = const { std::cell::OnceCell::new() };
    }
    let context = CONTEXT.with(|cell| -> Result<AudioContext, JsValue> {
        if let Some(context) = cell.get() {
            return Ok(context.clone());
        }
        let context = AudioContext::new()?;
        Ok(cell.get_or_init(|| context).clone())
    })?;
    // It sleeps until somebody has touched the page.
    let _ = context.resume()?;
    for (frequency, start, length) in tones {
        let oscillator = context.create_oscillator()?;
        oscillator.frequency().set_value(*frequency);
        oscillator.connect_with_audio_node(&context.destination())?;
        let at = context.current_time() + start;
        oscillator.start_with_when(at)?;
        oscillator.stop_with_when(at + length)?;
    }
    Ok(())
}

/// Opens the browser's dialog for printing.
pub(crate) fn print() {
    let _ = window().print();
}

/// Moves the focus to the element of that id.
pub(crate) fn focus(id: &str) {
    if let Some(element) = element::<HtmlElement>(id) {
        let _ = element.focus();
    }
}

/// Moves the focus to the first field that is wrong.
pub(crate) fn focus_first_flaw() {
    let flawed = document()
        .query_selector("[aria-invalid=\"true\"]")
        .ok()
        .flatten();
    if let Some(field) = flawed.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
        let _ = field.focus();
    }
}

/// Opens the dialog of that id; whether there is one.
pub(crate) fn show_dialog(id: &str) -> bool {
    element::<HtmlDialogElement>(id).is_some_and(|dialog| dialog.show_modal().is_ok())
}

/// Closes the dialog of that id.
pub(crate) fn close_dialog(id: &str) {
    if let Some(dialog) = element::<HtmlDialogElement>(id) {
        dialog.close();
    }
}

/// Closes the popover of that id.
pub(crate) fn hide_popover(id: &str) {
    if let Some(popover) = element::<HtmlElement>(id) {
        let _ = popover.hide_popover();
    }
}

/// What the form of that id would send now.
pub(crate) fn form_values(id: &str) -> Option<FormData> {
    FormData::new_with_form(&element::<HtmlFormElement>(id)?).ok()
}

/// A field of what a form sends.
pub(crate) fn value_of(data: &FormData, name: &str) -> String {
    data.get(name).as_string().unwrap_or_default()
}

/// The name of the field in which something happened.
pub(crate) fn name_of(event: &web_sys::Event) -> String {
    let field = event.target().map(JsCast::dyn_into::<HtmlInputElement>);
    field
        .and_then(Result::ok)
        .map_or_else(String::new, |field| field.name())
}

/// Ticks all boxes of that name in the form of that id, or none of them.
pub(crate) fn tick(form: &str, name: &str, checked: bool) {
    let boxes = document().query_selector_all(&format!("#{form} [name={name}]"));
    let Ok(boxes) = boxes else {
        return;
    };
    for n in 0..boxes.length() {
        if let Some(Ok(input)) = boxes.get(n).map(JsCast::dyn_into::<HtmlInputElement>) {
            input.set_checked(checked);
        }
    }
}

/// What a form that is being submitted sends, the button that was pressed included.
pub(crate) fn urlencoded(event: &SubmitEvent) -> Option<String> {
    let data = form_data_from_event(event).ok()?;
    let pairs = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    pairs.to_string().as_string()
}

/// Posts urlencoded arguments to a server function. Gives its value as JSON, and where to go next, if anywhere.
pub(crate) async fn post(
    path: &'static str,
    body: String,
) -> Result<(String, Option<String>), Error> {
    // What waits for an answer may be sent to another thread, of which a browser has none.
    SendWrapper::new(fetch(path, body))
        .await
        .map_err(|error| match error {
            Failure::Network(error) => Error::Call(ServerFnErrorErr::Request(error.to_string())),
            Failure::Answer(text) => Error::de(text.into()),
        })
}

enum Failure {
    Network(gloo_net::Error),
    Answer(String),
}

impl From<gloo_net::Error> for Failure {
    fn from(error: gloo_net::Error) -> Self {
        Self::Network(error)
    }
}

async fn fetch(path: &str, body: String) -> Result<(String, Option<String>), Failure> {
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "application/json")
        .body(body)?;
    let response = request.send().await?;
    let text = response.text().await?;
    if response.ok() {
        Ok((text, response.headers().get("location")))
    } else {
        Err(Failure::Answer(text))
    }
}

/// Puts `text` on the clipboard; whether the browser allowed it.
pub(crate) async fn copy(text: String) -> bool {
    let navigator = window().navigator();
    // Over plain http there is no clipboard, whatever the bindings say.
    let present = js_sys::Reflect::get(&navigator, &"clipboard".into())
        .is_ok_and(|clipboard| !clipboard.is_undefined());
    present
        && JsFuture::from(navigator.clipboard().write_text(&text))
            .await
            .is_ok()
}

/// Asks before the page is left, by a link or altogether, while `held`; the calling effect's end ends it.
pub(crate) fn ask_before_leaving(held: RwSignal<bool>, words: &'static str) {
    let unload = window_event_listener(leptos::ev::beforeunload, move |event| {
        if held.get_untracked() {
            event.prevent_default();
        }
    });
    // Before the router, which listens further up.
    let click = Closure::<dyn Fn(web_sys::MouseEvent)>::new(move |event: web_sys::MouseEvent| {
        let link = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|element| element.closest("a[href]").ok().flatten());
        if link.is_none() || !held.get_untracked() {
            return;
        }
        if window().confirm_with_message(words).unwrap_or(true) {
            held.set(false);
        } else {
            event.prevent_default();
            event.stop_propagation();
        }
    });
    let _ = document().add_event_listener_with_callback_and_bool(
        "click",
        click.as_ref().unchecked_ref(),
        true,
    );
    let click = SendWrapper::new(click);
    on_cleanup(move || {
        unload.remove();
        let _ = document().remove_event_listener_with_callback_and_bool(
            "click",
            click.as_ref().unchecked_ref(),
            true,
        );
    });
}

/// Saves `content` as a file.
pub(crate) fn save(name: &str, mime: &str, content: &str) -> Option<()> {
    let parts = Array::of1(&content.into());
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    save_blob(
        name,
        &Blob::new_with_str_sequence_and_options(&parts, &options).ok()?,
    )
}

/// Saves black `path`, drawn in a white square of `width` units, `pixels` each, as a PNG file.
pub(crate) fn save_png(name: String, path: &str, width: u32, pixels: u32) -> Option<()> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width * pixels);
    canvas.set_height(width * pixels);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.set_fill_style_str("#fff");
    context.fill_rect(
        0.0,
        0.0,
        f64::from(width * pixels),
        f64::from(width * pixels),
    );
    context.scale(f64::from(pixels), f64::from(pixels)).ok()?;
    context.set_fill_style_str("#000");
    context.fill_with_path_2d(&Path2d::new_with_path_string(path).ok()?);
    let saved = Closure::once_into_js(move |blob: JsValue| {
        if let Ok(blob) = blob.dyn_into::<Blob>() {
            save_blob(&name, &blob);
        }
    });
    canvas
        .to_blob_with_type(saved.unchecked_ref(), "image/png")
        .ok()
}

fn save_blob(name: &str, blob: &Blob) -> Option<()> {
    let url = Url::create_object_url_with_blob(blob).ok()?;
    let link: HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The download has taken what it needs by the time that a minute is over.
    leptos::prelude::set_timeout(
        move || {
            let _ = Url::revoke_object_url(&url);
        },
        std::time::Duration::from_mins(1),
    );
    Some(())
}

fn element<T: JsCast>(id: &str) -> Option<T> {
    document()
        .get_element_by_id(id)
        .and_then(|element: Element| element.dyn_into().ok())
}

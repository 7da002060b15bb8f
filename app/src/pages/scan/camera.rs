//! The camera: its picture with a frame to aim by, and what can be done with it.

use domain::usage::Outcome;
use leptos::{html, prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;

use super::{Scanner, Shown, line};
use crate::{
    browser::{
        self,
        camera::{Camera, Trouble},
    },
    components::icon::{Icon, icon},
    door::{Sight, scanned},
    text::later::later_text,
};

/// Results that stand below the picture.
const LINES: usize = 2;

/// How the camera stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Off,
    Starting,
    On { torch: bool, other: bool },
    Failed(&'static str),
}

/// The camera of the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Eye {
    scanner: Scanner,
    state: RwSignal<State>,
    /// None on the host, where nothing may be that only one thread has.
    camera: StoredValue<Option<SendWrapper<Camera>>>,
    sight: StoredValue<Sight>,
    torch: RwSignal<bool>,
    video: NodeRef<html::Video>,
}

impl Eye {
    pub(super) fn new(scanner: Scanner) -> Self {
        Self {
            scanner,
            state: RwSignal::new(State::Off),
            camera: StoredValue::new(None),
            sight: StoredValue::new(Sight::default()),
            torch: RwSignal::new(false),
            video: NodeRef::new(),
        }
    }

    /// Asks for the camera: only after a tap, for it may be refused for ever.
    fn start(self, device: Option<String>) {
        self.state.set(State::Starting);
        // The browser lets be heard who was touched.
        browser::unlock_sound();
        spawn_local(async move {
            // Of two, one at a time: a telephone has them share what reads the picture.
            let _ = self.camera.try_set_value(None);
            let opened = Camera::open(device.as_deref()).await;
            if self.state.is_disposed() {
                return;
            }
            match opened {
                Ok(camera) => {
                    let torch = camera.has_torch();
                    let other = camera.another().await.is_some();
                    if self.state.is_disposed() {
                        return;
                    }
                    self.torch.set(false);
                    self.camera.set_value(Some(SendWrapper::new(camera)));
                    self.state.set(State::On { torch, other });
                }
                Err(trouble) => self.fail(words_of(trouble)),
            }
        });
    }

    fn fail(self, words: &'static str) {
        let _ = self.camera.try_set_value(None);
        let _ = self.state.try_set(State::Failed(words));
    }

    fn stop(self) {
        self.camera.set_value(None);
        self.state.set(State::Off);
    }

    /// Begins to read as soon as there is a picture to show.
    fn watch(self) {
        let Some(video) = self.video.get() else {
            return;
        };
        self.camera.with_value(|camera| {
            if let Some(camera) = camera {
                let not_read = later_text().scan.not_read;
                camera.watch(
                    &video,
                    move |value| self.saw(&value),
                    move || self.fail(not_read),
                );
            }
        });
    }

    fn saw(self, value: &str) {
        let scanner = self.scanner;
        // What is refused stays until somebody has seen it; who may go in is not waited for.
        let busy = scanner.pending.get_untracked()
            || scanner.shown.with_untracked(|shown| match shown {
                None => false,
                Some(Shown::Told(used)) => used.outcome != Outcome::Accepted,
                Some(_) => true,
            });
        let value = scanned(value);
        let is_meant = self
            .sight
            .try_update_value(|sight| sight.sees(&value, browser::now_millis(), busy));
        if is_meant == Some(true) {
            // Looking up leads elsewhere, or asks on the page.
            if !scanner.is_use.get_untracked() {
                self.stop();
            }
            scanner.take(&value);
        }
    }

    fn switch_torch(self) {
        self.torch.update(|on| *on = !*on);
        let on = self.torch.get_untracked();
        self.camera.with_value(|camera| {
            if let Some(camera) = camera {
                camera.set_torch(on);
            }
        });
    }

    /// Goes on with the next camera of the device.
    fn switch_camera(self) {
        spawn_local(async move {
            // Taken out for as long as it is asked, and so off if the page is left meanwhile.
            let Some(camera) = self.camera.try_update_value(Option::take).flatten() else {
                return;
            };
            match camera.another().await {
                Some(device) => {
                    drop(camera);
                    self.start(Some(device));
                }
                None => {
                    let _ = self.camera.try_set_value(Some(camera));
                }
            }
        });
    }
}

fn words_of(trouble: Trouble) -> &'static str {
    let words = &later_text().scan;
    match trouble {
        Trouble::Insecure => words.insecure,
        Trouble::NotAllowed => words.not_allowed,
        Trouble::NotThere => words.not_there,
        Trouble::Broken => words.broken,
    }
}

/// The camera, or what turns it on.
pub(super) fn camera(eye: Eye) -> AnyView {
    let words = &later_text().scan;
    Effect::new(move || {
        if matches!(eye.state.get(), State::On { .. }) {
            eye.watch();
        }
    });
    // Browsers let the screen go dark again while the page is hidden.
    Effect::new(move || {
        let listener = window_event_listener_untyped("visibilitychange", move |_| {
            eye.camera.with_value(|camera| {
                if let Some(camera) = camera {
                    camera.keep_awake();
                }
            });
        });
        on_cleanup(move || listener.remove());
    });
    let is_busy = move || eye.state.get() == State::Starting;
    let off = move |trouble: Option<&'static str>| {
        view! {
            <div class="camera-off needs-script">
                <button
                    type="button"
                    class="btn btn-large"
                    id="camera"
                    aria-busy=move || is_busy().then_some("true")
                    on:click=move |_| eye.start(None)
                >
                    {icon(Icon::Camera)}
                    {words.camera}
                </button>
                {trouble.map(|words| view! { <p class="error" role="alert">{words}</p> })}
            </div>
        }
        .into_any()
    };
    let body = move || match eye.state.get() {
        State::Off | State::Starting => off(None),
        State::Failed(words) => off(Some(words)),
        State::On { torch, other } => on(eye, torch, other),
    };
    body.into_any()
}

/// A round button over the picture; pressed where it switches something that is on.
fn round(
    name: &'static str,
    sign: AnyView,
    on: Option<RwSignal<bool>>,
    act: impl Fn() + 'static,
) -> AnyView {
    let pressed = move || on.map(|on| on.get().to_string());
    view! {
        <button
            type="button"
            class="camera-button"
            aria-label=name
            title=name
            aria-pressed=pressed
            on:click=move |_| act()
        >
            {sign}
        </button>
    }
    .into_any()
}

fn on(eye: Eye, torch: bool, other: bool) -> AnyView {
    let words = &later_text().scan;
    let scanner = eye.scanner;
    let mode = move || {
        if scanner.is_use.get() {
            words.use_
        } else {
            words.look_up
        }
    };
    let sound = move || {
        let sign = if scanner.sound.get() {
            Icon::Volume
        } else {
            Icon::VolumeOff
        };
        icon(sign)
    };
    let light = torch.then(|| {
        let act = move || eye.switch_torch();
        round(words.torch, icon(Icon::Zap), Some(eye.torch), act)
    });
    let other = other.then(|| {
        let act = move || eye.switch_camera();
        round(words.other_camera, icon(Icon::SwitchCamera), None, act)
    });
    let mute = move || scanner.sound.update(|on| *on = !*on);
    let type_code = move |_| {
        eye.stop();
        request_animation_frame(|| browser::focus("value"));
    };
    let lines = move || {
        let lines = scanner.lines.get();
        lines.into_iter().take(LINES).map(line).collect_view()
    };
    request_animation_frame(|| browser::focus("camera-stop"));
    view! {
        <section class="camera" aria-label=words.camera_on>
            <video class="camera-picture" node_ref=eye.video prop:muted=true playsinline=true></video>
            <div class="camera-bar">
                <button
                    type="button"
                    class="camera-button"
                    id="camera-stop"
                    aria-label=words.stop
                    title=words.stop
                    on:click=move |_| {
                        eye.stop();
                        request_animation_frame(|| browser::focus("camera"));
                    }
                >
                    {icon(Icon::X)}
                </button>
                <strong>{mode}</strong>
                {round(words.sound, sound.into_any(), Some(scanner.sound), mute)}
            </div>
            <div class="camera-frame" aria-hidden="true"></div>
            <p class="camera-aim">{words.aim}</p>
            <div class="camera-bar">
                {light} {other}
                <button type="button" class="camera-type" on:click=type_code>
                    {icon(Icon::Keyboard)}
                    {words.type_code}
                </button>
            </div>
            <ul class="camera-lines">{lines}</ul>
        </section>
    }
    .into_any()
}

//! A camera, and what is read from its pictures.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use js_sys::{Array, Object, Promise, Reflect};
use leptos::{prelude::window, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    HtmlMediaElement, HtmlVideoElement, ImageBitmap, MediaDeviceInfo, MediaDeviceKind, MediaStream,
    MediaStreamConstraints, MediaStreamTrack, MessageEvent, Worker,
};

/// What reads the pictures, on a thread of its own.
const WORKER: &str = "/scanner/worker.js";

/// Milliseconds from one picture to the next: quick for a person, and slow enough for a telephone's battery.
const PAUSE: i32 = 80;

/// Pictures in a row that come to nothing before nothing is read any more: one may, as while the page is being hidden.
const FAILURES: u32 = 5;

/// Why there is no camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Browsers give none to pages that came unencrypted.
    Insecure,
    /// The person, or the device, does not allow it.
    NotAllowed,
    /// There is none, or not the one that was asked for.
    NotThere,
    /// It does not work: it may be in use elsewhere.
    Broken,
}

/// A camera that is on. Dropped, it is off.
#[derive(Debug)]
pub(crate) struct Camera {
    stream: MediaStream,
    on: Rc<Cell<bool>>,
    awake: Rc<RefCell<Option<JsValue>>>,
}

impl Camera {
    /// Turns a camera on: the one of that name, else the one at the back.
    ///
    /// # Errors
    ///
    /// There is none for us.
    pub(crate) async fn open(device: Option<&str>) -> Result<Self, Trouble> {
        let navigator = window().navigator();
        let present = Reflect::get(&navigator, &"mediaDevices".into())
            .is_ok_and(|devices| !devices.is_undefined());
        if !present {
            return Err(Trouble::Insecure);
        }
        let wanted = match device {
            Some(device) => [("deviceId", object(&[("exact", device.into())]))],
            None => [("facingMode", object(&[("ideal", "environment".into())]))],
        };
        let video = object(&wanted);
        let ideal = |pixels: u32| object(&[("ideal", pixels.into())]);
        set(&video, "width", &ideal(1280));
        set(&video, "height", &ideal(720));
        let constraints = MediaStreamConstraints::new();
        constraints.set_video(&video);
        let promise = navigator
            .media_devices()
            .and_then(|devices| devices.get_user_media_with_constraints(&constraints))
            .map_err(|_| Trouble::Broken)?;
        let stream = JsFuture::from(promise)
            .await
            .map_err(|error| trouble(&error))?;
        let camera = Self {
            stream: stream.unchecked_into(),
            on: Rc::new(Cell::new(true)),
            awake: Rc::default(),
        };
        camera.keep_awake();
        Ok(camera)
    }

    /// Shows its picture, and calls `read` with each value that is seen in it, many times a second while it is in sight;
    /// `broken` once if nothing can be read.
    pub(crate) fn watch(
        &self,
        video: &HtmlVideoElement,
        mut read: impl FnMut(String) + 'static,
        broken: impl FnOnce() + 'static,
    ) {
        let media: &HtmlMediaElement = video;
        media.set_src_object(Some(&self.stream));
        // It plays by itself, being muted; a browser that lets it not is one more without a picture.
        if let Ok(playing) = media.play() {
            spawn_local(async move {
                let _ = JsFuture::from(playing).await;
            });
        }
        let on = self.on.clone();
        let video = video.clone();
        spawn_local(async move {
            let Ok(worker) = Worker::new(WORKER) else {
                return broken();
            };
            let mut failures = 0;
            while on.get() && failures < FAILURES {
                match look(&video, &worker).await {
                    Ok(value) => {
                        failures = 0;
                        if let Some(value) = value.filter(|_| on.get()) {
                            read(value);
                        }
                    }
                    Err(_) => failures += 1,
                }
                super::pause(PAUSE).await;
            }
            worker.terminate();
            if on.get() {
                broken();
            }
        });
    }

    /// Whether it has a light.
    pub(crate) fn has_torch(&self) -> bool {
        self.track()
            .and_then(|track| call(&track, "getCapabilities", &Array::new()))
            .and_then(|can| Reflect::get(&can, &"torch".into()).ok())
            .is_some_and(|torch| torch.is_truthy())
    }

    /// Switches its light.
    pub(crate) fn set_torch(&self, on: bool) {
        let torch = Array::of1(&object(&[("torch", on.into())]));
        let constraints = object(&[("advanced", torch.into())]);
        if let Some(track) = self.track() {
            let _ = call(&track, "applyConstraints", &Array::of1(&constraints));
        }
    }

    /// The name of another camera of the device, if there is one: the one after this.
    pub(crate) async fn another(&self) -> Option<String> {
        let devices = window().navigator().media_devices().ok()?;
        let devices: Array = JsFuture::from(devices.enumerate_devices().ok()?)
            .await
            .ok()?
            .unchecked_into();
        let names: Vec<String> = devices
            .iter()
            .map(JsCast::unchecked_into::<MediaDeviceInfo>)
            .filter(|device| device.kind() == MediaDeviceKind::Videoinput)
            .map(|device| device.device_id())
            .collect();
        let settings = call(self.track()?.as_ref(), "getSettings", &Array::new())?;
        let own = Reflect::get(&settings, &"deviceId".into())
            .ok()?
            .as_string()?;
        let at = names.iter().position(|name| *name == own)?;
        let next = names.get((at + 1) % names.len())?;
        (*next != own).then(|| next.clone())
    }

    /// Asks that the screen stays on. Browsers forget it while the page is hidden.
    pub(crate) fn keep_awake(&self) {
        let (on, awake) = (self.on.clone(), self.awake.clone());
        spawn_local(async move {
            let lock = Reflect::get(&window().navigator(), &"wakeLock".into()).ok();
            let promise = lock
                .filter(JsValue::is_object)
                .and_then(|lock| call(&lock, "request", &Array::of1(&"screen".into())));
            if let Some(promise) = promise
                && let Ok(held) = JsFuture::from(promise.unchecked_into::<Promise>()).await
            {
                if on.get() {
                    awake.replace(Some(held));
                } else {
                    call(&held, "release", &Array::new());
                }
            }
        });
    }

    fn track(&self) -> Option<MediaStreamTrack> {
        Some(self.stream.get_video_tracks().get(0))
            .filter(|track| !track.is_undefined())
            .map(JsCast::unchecked_into)
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.on.set(false);
        if let Some(track) = self.track() {
            track.stop();
        }
        if let Some(held) = self.awake.take() {
            call(&held, "release", &Array::new());
        }
    }
}

/// What is in sight now.
async fn look(video: &HtmlVideoElement, worker: &Worker) -> Result<Option<String>, JsValue> {
    if video.ready_state() < HtmlMediaElement::HAVE_CURRENT_DATA {
        return Ok(None);
    }
    let picture = window().create_image_bitmap_with_html_video_element(video)?;
    let picture: ImageBitmap = JsFuture::from(picture).await?.unchecked_into();
    let answer = Promise::new(&mut |resolve, reject| {
        let told = Closure::once_into_js(move |event: MessageEvent| {
            let _ = resolve.call1(&JsValue::NULL, &event.data());
        });
        worker.set_onmessage(Some(told.unchecked_ref()));
        worker.set_onerror(Some(&reject));
    });
    worker.post_message_with_transfer(&picture, &Array::of1(&picture))?;
    let answer = JsFuture::from(answer).await?;
    if Reflect::has(&answer, &"error".into())? {
        return Err(answer);
    }
    Ok(Reflect::get(&answer, &"value".into())?.as_string())
}

fn trouble(error: &JsValue) -> Trouble {
    let name = Reflect::get(error, &"name".into())
        .ok()
        .and_then(|name| name.as_string());
    match name.as_deref() {
        Some("NotAllowedError" | "SecurityError") => Trouble::NotAllowed,
        Some("NotFoundError" | "OverconstrainedError") => Trouble::NotThere,
        _ => Trouble::Broken,
    }
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        set(&object, name, value);
    }
    object.into()
}

fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}

/// Calls a method that only some browsers have.
fn call(object: &JsValue, method: &str, arguments: &Array) -> Option<JsValue> {
    let method = Reflect::get(object, &method.into()).ok()?;
    let method: &js_sys::Function = method.dyn_ref()?;
    Reflect::apply(method, object, arguments).ok()
}

//! `tessera serve`

use std::{net::SocketAddr, path::Path};

use anyhow::Context as _;
use axum::{ServiceExt as _, serve::ListenerExt as _};
use leptos::config::LeptosOptions;
use tokio::net::TcpListener;

use super::{explain, say, settings};
use crate::{
    config::ServeConfig,
    consumption,
    entrance::Site,
    host::Host,
    jobs,
    limits::Limits,
    state::{AppState, Shared},
    telemetry,
    typed::TypedForms,
};

/// Migrates, serves, and on SIGTERM or Ctrl-C answers what is under way and ends.
pub(super) async fn run(config: ServeConfig) -> anyhow::Result<()> {
    if config.print_config {
        return say(&config);
    }
    telemetry::start(&config.log, config.log_json)?;
    let queue = consumption::Options {
        capacity: config.queue,
        ..Default::default()
    };
    let Host {
        service,
        queue,
        live,
        store,
    } = Host::open(&config.database, queue).await?;
    let set_up_code = service
        .set_up_code()
        .await
        .map_err(|error| explain(&error))?;
    if let (Some(file), true) = (&config.settings_file, set_up_code.is_some()) {
        settings::import(&service, file).await?;
    }
    let base_url = config.base_url();
    let state = AppState::from(Shared {
        service,
        live: live.clone(),
        leptos_options: leptos_options(&config.site_root, config.listen)?,
        host_options: app::HostOptions {
            secure_cookies: base_url.starts_with("https://"),
        },
        typed: TypedForms::default(),
        limits: Limits::new(config.limits()),
        origin: config.base_url.is_some().then(|| base_url.as_str().into()),
    });

    tokio::spawn(jobs::run(state.service.clone()));
    let wire = crate::store::wire(&config.database.url()?);
    if let Some(wire) = wire.clone() {
        tokio::spawn(live.clone().carry(wire));
    }
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("{} can't be listened on", config.listen))?;
    // Answers are small: waiting to fill a packet would only delay them.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    say(format_args!("Tessera is at {base_url}"))?;
    if let Some(code) = set_up_code {
        say("There is no account yet. Make the first one here, within a day:")?;
        say(format_args!("{base_url}/setup?code={}", code.expose()))?;
    }
    let app = Site::new(state).into_make_service_with_connect_info::<SocketAddr>();
    let watchers = live.clone();
    axum::serve(listener, app)
        .with_graceful_shutdown(async move {
            stopped().await;
            watchers.stop();
        })
        .await?;
    queue.stop().await;
    if let Err(error) = store.settle().await {
        // The next process does so.
        tracing::warn!(%error, "the database was left as it is");
    }
    if let Some(wire) = wire {
        live.part(&wire).await;
    }
    tracing::info!("stopped");
    Ok(())
}

/// Ends when somebody asks the process to.
async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    match terminate {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupt.await;
        }
    }
    tracing::info!("stopping: what is under way is answered first");
}

/// Where the bundle is: its folder is named after its content, and `pkg-dir.txt` says how.
fn leptos_options(site_root: &Path, listen: SocketAddr) -> anyhow::Result<LeptosOptions> {
    let named = site_root.join("pkg-dir.txt");
    let pkg = std::fs::read_to_string(&named).with_context(|| {
        format!(
            "{} is missing: `cargo xtask build` makes it",
            named.display()
        )
    })?;
    Ok(LeptosOptions::builder()
        .output_name("tessera")
        .site_root(site_root.to_string_lossy().into_owned())
        .site_pkg_dir(pkg.trim().to_owned())
        .site_addr(listen)
        .build())
}

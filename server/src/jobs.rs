//! What is done from time to time, whoever asks or not.

use std::time::Duration;

use domain::Service;

/// Often enough that what is to be forgotten does not pile up.
const EVERY: Duration = Duration::from_hours(1);

/// Works until the program ends. A job that fails has said why in the log, and is tried again the next time. Every node
/// does them: what one has done, another finds done.
pub async fn run(service: Service) {
    let mut hours = tokio::time::interval(EVERY);
    loop {
        hours.tick().await;
        if let Ok(forgotten) = service.forget_answers().await
            && forgotten > 0
        {
            tracing::info!(
                forgotten,
                "old answers under idempotency keys are forgotten"
            );
        }
        if let Ok(forgotten) = service.forget_attempts().await
            && forgotten > 0
        {
            tracing::info!(forgotten, "old attempts are forgotten");
        }
        if let Ok(purged) = service.empty_trash().await
            && purged > 0
        {
            tracing::info!(purged, "what was deleted long ago is gone for ever");
        }
    }
}

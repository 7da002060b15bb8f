//! The `tessera` command.

/// Requests are many small pieces of memory that live shortly, and a few threads that hand them around.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    server::cli::run().await
}

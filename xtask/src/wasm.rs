//! The browser's half: the `app` crate compiled to WebAssembly, with the JavaScript that starts it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::process;
use crate::workspace::{Mode, Workspace};

/// What a browser runs.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// How the files of the bundle are called; pages ask for these names (see `.cargo/config.toml`).
pub(crate) const NAME: &str = "tessera";

/// How `app` is compiled for a browser.
pub(crate) const FEATURES: [&str; 3] = ["--no-default-features", "--features", "hydrate"];

/// Has rustup add the target for browsers, if the toolchain lacks it.
pub(crate) fn add_target(workspace: &Workspace) -> Result<()> {
    let mut ask = workspace.command("rustc");
    ask.args(["--print", "target-libdir", "--target", TARGET]);
    if Path::new(process::output(&mut ask)?.trim()).is_dir() {
        return Ok(());
    }
    process::run(workspace.command("rustup").args(["target", "add", TARGET]))
}

/// Compiles `app`.
pub(crate) fn compile(workspace: &Workspace, mode: Mode) -> Result<PathBuf> {
    add_target(workspace)?;
    let (profile, folder) = match mode {
        Mode::Release => ("wasm-release", "wasm-release"),
        Mode::Dev => ("dev", "debug"),
    };
    let mut build = workspace.cargo();
    build.args(["build", "--package", "app", "--lib"]);
    build
        .args(FEATURES)
        .args(["--target", TARGET, "--profile", profile]);
    process::run(&mut build)?;
    Ok(workspace.target(TARGET).join(folder).join("app.wasm"))
}

/// Writes `tessera.js` and `tessera.wasm` into a folder.
pub(crate) fn bind(module: &Path, folder: &Path, mode: Mode) -> Result<()> {
    let dev = mode == Mode::Dev;
    Bindgen::new()
        .input_path(module)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        .demangle(dev)
        .debug(dev)
        .keep_debug(dev)
        .remove_name_section(!dev)
        .remove_producers_section(true)
        .generate(folder)
        .context("wasm-bindgen")?;

    // Its names say which tool wrote them; ours say what they are.
    let (script, module) = (folder.join(format!("{NAME}.js")), format!("{NAME}.wasm"));
    let bound = format!("{NAME}_bg.wasm");
    let text = fs::read_to_string(&script).context("reading what wasm-bindgen wrote")?;
    fs::write(&script, text.replace(&bound, &module)).context("writing the script")?;
    fs::rename(folder.join(bound), folder.join(module)).context("renaming the module")
}

/// The optimiser, where someone has installed it: a sixth off the size, next to nothing off what is
/// sent.
pub(crate) fn optimiser() -> Option<PathBuf> {
    process::find("wasm-opt")
}

/// Makes the module smaller with the optimiser; one that does not understand it leaves it as it is.
pub(crate) fn optimise(workspace: &Workspace, optimiser: &Path, folder: &Path) -> Result<()> {
    let (module, smaller) = (
        folder.join(format!("{NAME}.wasm")),
        folder.join("smaller.wasm"),
    );
    let mut command = workspace.command(optimiser);
    command.arg("-Oz").arg(&module).arg("-o").arg(&smaller);
    if process::status(&mut command)?.success() {
        fs::rename(&smaller, &module).context("taking the smaller module")?;
    } else {
        process::say("wasm-opt failed: the module stays as the compiler made it");
        if smaller.exists() {
            fs::remove_file(&smaller)?;
        }
    }
    Ok(())
}

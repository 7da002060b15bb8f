//! The browser's half: the `app` crate compiled to WebAssembly, with the JavaScript that starts it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;

use crate::process;
use crate::workspace::{Mode, Workspace};

/// What a browser runs.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// How the files of the bundle are called; pages ask for these names (see `.cargo/config.toml`).
pub(crate) const NAME: &str = "tessera";

/// The script that loads the parts of a module that was taken apart. leptos knows the name.
const LOADER: &str = "__wasm_split.______________________.js";

/// Which parts each split point needs. leptos reads it on the host, and has the browser fetch them
/// with the page.
const MANIFEST: &str = "__wasm_split_manifest.json";

/// How `app` is compiled for a browser: in one piece, so that it is there quickly, or to be taken
/// apart.
pub(crate) fn features(mode: Mode) -> [&'static str; 3] {
    let feature = match mode {
        Mode::Release => "split",
        Mode::Dev => "hydrate",
    };
    ["--no-default-features", "--features", feature]
}

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
    build.args(["rustc", "--package", "app", "--lib"]);
    build
        .args(features(mode))
        .args(["--target", TARGET, "--profile", profile]);
    if mode == Mode::Release {
        // What is to be taken apart has to say what refers to what.
        build.args(["--", "-Clink-arg=--emit-relocs"]);
    }
    process::run(&mut build)?;
    Ok(workspace.target(TARGET).join(folder).join("app.wasm"))
}

/// Takes the module apart at its split points. Leaves all but the main part in `folder`, and returns
/// where that is: wasm-bindgen is yet to read it.
fn split(module: &Path, folder: &Path) -> Result<PathBuf> {
    let whole = fs::read(module).with_context(|| format!("reading {}", module.display()))?;
    let main = module.with_extension("main.wasm");
    let (script, loader) = (format!("./{NAME}.js"), format!("./{LOADER}"));
    let mut options = wasm_split_cli_support::Options::new(&whole);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = &script;
    options.link_name = &loader;
    let parts = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("{error:#}"))
        .context("taking the module apart")?;
    let manifest = serde_json::to_string(&parts.prefetch_map)?;
    fs::write(folder.join(MANIFEST), manifest).context("writing which part needs which")?;
    Ok(main)
}

/// Writes `tessera.js` and `tessera.wasm` into a folder, and the parts that are loaded later.
pub(crate) fn bind(module: &Path, folder: &Path, mode: Mode) -> Result<()> {
    let dev = mode == Mode::Dev;
    let module = match mode {
        Mode::Release => split(module, folder)?,
        Mode::Dev => module.to_owned(),
    };
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
        .keep_lld_exports(!dev)
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

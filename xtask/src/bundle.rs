//! The site: what is public, and the bundle in a folder that is named after its contents.
//!
//! ```text
//! target/site/pkg-dir.txt                 pkg/<hash>, for the host
//! target/site/pkg/<hash>/tessera.{js,wasm,css}
//! target/site/sw.js                       the service worker, which is told the names of this build
//! target/site/…                           the files of public/
//! ```
//!
//! A changed bundle has another address, so browsers may keep it for ever. Nothing inside it has to
//! be rewritten, for its files name each other without the folder.

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::fingerprint::{Fingerprint, files};
use crate::process::{say, unless_interrupted};
use crate::workspace::{Mode, Workspace};
use crate::{budget, compress, style, wasm};

/// Makes the site from the compiled module, unless it is there already.
pub(crate) fn make(workspace: &Workspace, mode: Mode, module: &Path) -> Result<()> {
    let site = workspace.site(mode);
    let stamp = site.with_extension("stamp");
    let inputs = inputs(workspace, mode, module)?;
    if site.join("pkg-dir.txt").is_file()
        && fs::read_to_string(&stamp).is_ok_and(|old| old == inputs)
    {
        say("the site is up to date");
        return Ok(());
    }

    let started = Instant::now();
    // Names of our own: another of us may be at work in a target directory that is shared.
    let own = |name: &str| site.with_extension(format!("{name}-{}", std::process::id()));
    let staging = own("new");
    remove(&staging)?;
    copy(&workspace.path("public"), &staging)?;
    let folder = pack(workspace, mode, module, &staging)?;
    name_in_worker(&staging, &folder)?;
    if mode == Mode::Release {
        for file in files(&staging)? {
            unless_interrupted()?;
            compress::beside(&file)?;
        }
    }

    // A server may be reading the old one: it is out of the way for as long as a rename takes.
    let old = own("old");
    remove(&old)?;
    if site.exists() {
        fs::rename(&site, &old).context("putting the old site away")?;
    }
    fs::rename(&staging, &site).context("putting the new site in its place")?;
    remove(&old)?;

    say(format_args!(
        "{} took {:.1} s",
        site.display(),
        started.elapsed().as_secs_f32()
    ));
    match mode {
        Mode::Release => budget::hold(&site.join(&folder))?,
        Mode::Dev => budget::show(&site.join(&folder))?,
    }
    fs::write(&stamp, inputs).context("noting what the site was made from")
}

/// Everything that the site depends on, this tool included.
fn inputs(workspace: &Workspace, mode: Mode, module: &Path) -> Result<String> {
    let tool = std::env::current_exe().context("finding this program")?;
    let optimiser = wasm::optimiser().unwrap_or_default();
    Ok(Fingerprint::default()
        .file(&tool)?
        .bytes(format!("{mode:?}"))
        .bytes(optimiser.as_os_str().as_encoded_bytes())
        .file(module)?
        .folder(&workspace.path("style"))?
        .folder(&workspace.path("public"))?
        .finish())
}

/// Puts the bundle into the folder of its name and tells the host. Returns the folder, from the
/// site's root.
fn pack(workspace: &Workspace, mode: Mode, module: &Path, site: &Path) -> Result<String> {
    let bundle = site.join("pkg").join("unnamed");
    fs::create_dir_all(&bundle).context("making room for the bundle")?;
    wasm::bind(module, &bundle, mode)?;
    if mode == Mode::Release
        && let Some(optimiser) = wasm::optimiser()
    {
        wasm::optimise(workspace, &optimiser, &bundle)?;
    }
    let sheet = style::bundle(&workspace.path("style"))?;
    fs::write(bundle.join(format!("{}.css", wasm::NAME)), sheet).context("writing the style")?;

    let folder = format!("pkg/{}", Fingerprint::default().folder(&bundle)?.finish());
    fs::rename(&bundle, site.join(&folder)).context("naming the bundle")?;
    fs::write(site.join("pkg-dir.txt"), &folder).context("writing the bundle's name")?;
    Ok(folder)
}

/// Tells the service worker where the bundle is, and what the site is called that it keeps: another
/// name for other files.
fn name_in_worker(site: &Path, folder: &str) -> Result<()> {
    let script = site.join("sw.js");
    let build = Fingerprint::default().folder(site)?.finish();
    let text = fs::read_to_string(&script).context("reading the service worker")?;
    let named = text
        .replace("%BUILD%", &build)
        .replace("%BUNDLE%", &format!("/{folder}/"));
    ensure!(named != text, "the service worker has no place for names");
    fs::write(&script, named).context("naming the build in the service worker")
}

/// Copies a folder with everything in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("making {}", to.display()))?;
    for file in files(from)? {
        let copy = to.join(file.strip_prefix(from).unwrap_or(&file));
        if let Some(folder) = copy.parent() {
            fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        }
        fs::copy(&file, &copy).with_context(|| format!("copying {}", file.display()))?;
    }
    Ok(())
}

/// Removes a folder, if there is one.
fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    Ok(())
}

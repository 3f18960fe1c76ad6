//! The pages in a real Chromium: nothing runs out of the window, on a telephone, zoomed to twice the size, or written from right to
//! left. Where no Chromium is installed this says so on standard error; under continuous integration it fails.

use crate::data::may_skip;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Widths of the window in pixels: a telephone, a desktop zoomed to twice the size, a desktop.
const WIDTHS: [u32; 3] = [360, 512, 1024];

/// A page that loads another at every width in both directions, and writes what stands outside the window, but for what scrolls.
const FRAMES: &str = r#"<!DOCTYPE html><meta charset="utf-8"><pre id="told"></pre><script>
let left = 0;
const told = document.getElementById('told');
for (const width of WIDTHS) for (const dir of ['ltr', 'rtl']) {
  left += 1;
  const frame = document.createElement('iframe');
  Object.assign(frame.style, {width: width + 'px', height: '900px', border: '0'});
  frame.onload = () => {
    const page = frame.contentDocument, root = page.documentElement;
    root.dir = dir;
    page.querySelectorAll('details').forEach(one => one.open = true);
    if (root.scrollWidth > root.clientWidth) told.append(`OUTSIDE ${width} ${dir} ${root.scrollWidth}\n`);
    told.append(`SEEN ${width} ${dir} ${page.querySelectorAll('h2').length > 2}\n`);
  };
  frame.src = 'PAGE';
  document.body.append(frame);
}
</script>"#;

fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name))).find(|file| file.is_file())
}

/// What Chromium says of a page; `None` where there is no Chromium and none is insisted on.
fn seen(folder: &Path, page: &str) -> Option<String> {
    let Some(chromium) = chromium() else {
        let [ci, require_data] = ["CI", "TIDEWAITER_REQUIRE_DATA"].map(|name| std::env::var(name).ok());
        assert!(may_skip(ci.as_deref(), require_data.as_deref()), "chromium is required and absent; install it");
        let _ = writeln!(std::io::stderr(), "not run, no chromium: {page} in a browser");
        return None;
    };
    let frames = folder.join("frames.html");
    fs::write(&frames, FRAMES.replace("WIDTHS", &format!("{WIDTHS:?}")).replace("PAGE", page)).unwrap();
    let profile = format!("--user-data-dir={}", folder.join("profile").display());
    let output = Command::new(chromium)
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", &profile])
        .args(["--virtual-time-budget=5000", "--dump-dom", &format!("file://{}", frames.display())])
        .output()
        .unwrap();
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn nothing_runs_out_of_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let pilot = crate::pilot::page_of_a_small_pilot();
    fs::write(folder.path().join("page.html"), &pilot).unwrap();
    let Some(told) = seen(folder.path(), "page.html") else { return };
    for (width, dir) in WIDTHS.iter().flat_map(|width| ["ltr", "rtl"].map(|dir| (width, dir))) {
        assert!(told.contains(&format!("SEEN {width} {dir} true")), "{told}");
        assert!(!told.contains(&format!("OUTSIDE {width} {dir} ")), "{told}");
    }
    // A page that is too wide is seen to be.
    fs::write(folder.path().join("wide.html"), pilot.replace("<main ", "<main style=\"width:2000px\" ")).unwrap();
    let told = seen(folder.path(), "wide.html").unwrap_or_default();
    assert!(WIDTHS.iter().all(|width| told.contains(&format!("OUTSIDE {width} ltr"))), "{told}");
}

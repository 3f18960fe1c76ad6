//! Real data for tests, where it is at hand.

use std::io::Write;
use std::path::{Path, PathBuf};

/// The folder `name` of the data folder (`TIDEWAITER_DATA`, else `../shared/data` beside the repository). Where it is
/// absent this says on standard error what could not run, or fails if `TIDEWAITER_REQUIRE_DATA=1`.
pub(crate) fn data_folder(name: &str, what: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let root = std::env::var_os("TIDEWAITER_DATA").map_or(beside, PathBuf::from);
    let folder = root.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("TIDEWAITER_REQUIRE_DATA").is_none_or(|value| value != "1"),
        "{what}: {} is required and absent",
        folder.display()
    );
    // Past the capture of test output, so that a run without data can be told from one with.
    let _ = writeln!(std::io::stderr(), "not run, {} is absent: {what}", folder.display());
    None
}

/// A schema that ships with the product.
pub(crate) fn shipped_schema(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(name)
}

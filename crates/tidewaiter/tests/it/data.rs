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
    let required = std::env::var_os("TIDEWAITER_REQUIRE_DATA").is_some_and(|value| value == "1");
    assert!(!required, "{what}: {} is required and absent", folder.display());
    // Past the capture of test output, so that a run without data can be told from one with.
    let _ = writeln!(std::io::stderr(), "not run, {} is absent: {what}", folder.display());
    None
}

/// Whether a test may pass without having run, told on standard error, where a tool such as Python is absent: not under
/// continuous integration (`CI`, or `TIDEWAITER_REQUIRE_DATA=1`).
pub(crate) fn may_skip(ci: Option<&str>, require_data: Option<&str>) -> bool {
    let is_set = |value: Option<&str>| value.is_some_and(|value| !["", "0", "false"].contains(&value));
    !is_set(ci) && !is_set(require_data)
}

#[test]
fn under_continuous_integration_nothing_is_skipped() {
    assert!(may_skip(None, None) && may_skip(Some("false"), Some("0")) && may_skip(Some(""), None));
    assert!(!may_skip(Some("true"), None) && !may_skip(Some("1"), None) && !may_skip(None, Some("1")));
}

/// A schema that ships with the product.
pub(crate) fn shipped_schema(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(name)
}

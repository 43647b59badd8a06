//! The templates of replies and reports: the built-in ones, or an administrator's edited copies.
//!
//! Which variables a template may use is shown by rendering sample data at start-up ([`crate::reply::check_templates`],
//! [`crate::report::check_templates`]): a mistake in a template is found before a mail is answered, not after.

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value};
use serde::Serialize;

/// Every template: file name in `config/templates`, and the built-in text.
const EMBEDDED: [(&str, &str); 7] = [
    ("layout.html", include_str!("../../config/templates/layout.html")),
    ("confirmacion.html", include_str!("../../config/templates/confirmacion.html")),
    ("confirmacion.txt", include_str!("../../config/templates/confirmacion.txt")),
    ("subsanacion.html", include_str!("../../config/templates/subsanacion.html")),
    ("subsanacion.txt", include_str!("../../config/templates/subsanacion.txt")),
    ("parte.html", include_str!("../../config/templates/parte.html")),
    ("parte.txt", include_str!("../../config/templates/parte.txt")),
];

/// The texts hold no personal data: only the template's file, line and expression.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("{name:?} is not the name of a template; rename or remove the file. Templates are: {}", known_names())]
    UnknownName { name: String },
    #[error("template {file}, line {line}: {what}; {remedy}")]
    Invalid { file: String, line: usize, what: String, remedy: String },
}

fn known_names() -> String {
    EMBEDDED.map(|(name, _)| name).join(", ")
}

/// Templates ready to render. In `*.html` every value is escaped.
#[derive(Clone, Debug)]
pub struct Templates {
    environment: Environment<'static>,
}

impl Templates {
    /// The names that [`Templates::load`] knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        EMBEDDED.into_iter().map(|(name, _)| name)
    }

    /// The built-in templates.
    ///
    /// # Errors
    /// When a built-in template is not valid, which a test rules out.
    pub fn embedded() -> Result<Templates, TemplateError> {
        Templates::load(&BTreeMap::new())
    }

    /// The built-in templates, with those replaced that `edited` holds (file name -> text).
    ///
    /// # Errors
    /// When a name is not one of [`Templates::names`], or a text is no template.
    pub fn load(edited: &BTreeMap<String, String>) -> Result<Templates, TemplateError> {
        if let Some(name) = edited.keys().find(|name| Templates::names().all(|known| known != name.as_str())) {
            return Err(TemplateError::UnknownName { name: name.clone() });
        }
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        // Debug information gives errors the expression that failed.
        environment.set_debug(true);
        if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
            environment.set_syntax(syntax);
        }
        for (name, embedded) in EMBEDDED {
            let text = edited.get(name).map_or(embedded, String::as_str);
            // A file saved on Windows has CRLF, and may begin with a byte order mark.
            let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
            environment.add_template_owned(name, text).map_err(|error| describe(name, &error))?;
        }
        Ok(Templates { environment })
    }

    /// # Errors
    /// When the template uses a variable that the data does not have, or an operation does not fit a value.
    pub fn render(&self, name: &'static str, data: &impl Serialize) -> Result<String, TemplateError> {
        let rendered = self
            .environment
            .get_template(name)
            .and_then(|template| template.render(Value::from(Serde(data))))
            .map_err(|error| describe(name, &error))?;
        Ok(rendered.trim().to_owned() + "\n")
    }
}

/// minijinja's own text could hold values of the data; this one holds only what the template's author wrote.
fn describe(name: &str, error: &minijinja::Error) -> TemplateError {
    let expression = error
        .template_source()
        .zip(error.range())
        .and_then(|(source, range)| source.get(range))
        .map(|expression| format!(" in `{}`", expression.trim()))
        .unwrap_or_default();
    let (what, remedy) = match error.kind() {
        ErrorKind::UndefinedError => (
            format!("unknown variable{expression}"),
            "use the variables of the built-in template in config/templates".to_owned(),
        ),
        ErrorKind::SyntaxError => (
            format!("syntax error{expression}: {}", error.detail().unwrap_or("not a template")),
            "compare it with the built-in template in config/templates".to_owned(),
        ),
        kind => (format!("{kind}{expression}"), "compare it with the built-in template in config/templates".to_owned()),
    };
    TemplateError::Invalid {
        file: error.name().unwrap_or(name).to_owned(),
        line: error.line().unwrap_or_default(),
        what,
        remedy,
    }
}

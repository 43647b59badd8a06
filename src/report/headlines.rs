//! The report's first lines: whether anything needs a person.

use super::Day;
use super::figures::{Discrepancy, Figures};
use super::view::{Headline, Level};
use super::words::{age, failure_words, moment};
use crate::calendar::long_date;

/// What needs a person, worst first: broken totals, a program that does not run, what waits, what failed and is over.
pub fn headlines(day: &Day, figures: &Figures) -> Vec<Headline> {
    let mut lines: Vec<Headline> = Vec::new();
    let mut say = |nivel, texto| lines.push(Headline { nivel, texto });
    for discrepancy in &figures.discrepancies {
        say(Level::Alerta, discrepancy_sentence(*discrepancy));
    }
    if day.cycles.run == 0 {
        let since = day
            .cycles
            .last_good
            .as_ref()
            .map_or_else(String::new, |last| format!(" (la última revisión sin problemas: {})", moment(last)));
        say(Level::Alerta, format!("El programa no revisó el buzón en todo el día{since}."));
    }
    for failure in day.failures.iter().filter(|failure| failure.ended.is_none()) {
        say(Level::Alerta, format!("{} (desde el {}).", failure_words(failure.what), moment(&failure.began)));
    }
    if let Some(oldest) = day.waiting.iter().map(|line| &line.since).min() {
        let age = age(&day.now, oldest);
        say(
            Level::Atencion,
            match day.waiting.len() {
                1 => format!("Hay un caso que espera a una persona, desde {age}."),
                count => format!("Hay {count} casos que esperan a una persona; el más antiguo, desde {age}."),
            },
        );
    }
    let over = day.failures.iter().filter(|failure| failure.ended.is_some()).count();
    if over > 0 {
        let failures =
            if over == 1 { "una falla que ya pasó".to_owned() } else { format!("{over} fallas que ya pasaron") };
        say(Level::Atencion, format!("El programa tuvo {failures}; vea «Fallas del programa»."));
    }
    if lines.is_empty() {
        lines.push(Headline { nivel: Level::Bien, texto: "Nada pide su atención.".to_owned() });
    } else if day.waiting.is_empty() {
        lines.push(Headline { nivel: Level::Bien, texto: "Ningún caso espera a una persona.".to_owned() });
    }
    lines
}

fn discrepancy_sentence(discrepancy: Discrepancy) -> String {
    match discrepancy {
        Discrepancy::MailsOfDay { listed, ledger } => format!(
            "Los totales no cuadran: el registro cuenta {ledger} correos de este día y el parte muestra {listed}."
        ),
        Discrepancy::Waiting { listed, ledger } => {
            format!("Los totales no cuadran: el registro cuenta {ledger} casos pendientes y el parte muestra {listed}.")
        }
        Discrepancy::WithoutReply(count) => {
            format!("Los totales no cuadran: oficios decididos que no tienen respuesta: {count}.")
        }
        Discrepancy::ReplyNotDue(count) => {
            format!("Los totales no cuadran: correos que no debían responderse y tienen respuesta: {count}.")
        }
        Discrepancy::NotInLedger(count) => {
            format!("Los totales no cuadran: correos que están en el buzón y no en el registro: {count}.")
        }
    }
}

/// The mail's subject: the day and its first line.
pub fn subject(day: &Day, headlines: &[Headline]) -> String {
    let first = headlines.first().map_or("", |headline| headline.texto.trim_end_matches('.'));
    format!("Parte del {}: {first}", long_date(day.date))
}

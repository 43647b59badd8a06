//! Invented data for the check of the templates at start-up: once with everything, once with everything absent.

use super::view::{Deadline, DesignadoView, FindingView, Group, OficioView, View};

pub fn views() -> [View; 2] {
    [full(), bare()]
}

fn full() -> View {
    let finding = FindingView {
        fila: Some(1),
        campo: "DNI".to_owned(),
        valor: Some("1234567".to_owned()),
        mensaje: "El DNI debe tener 8 dígitos.".to_owned(),
        remedio: Some("Escriba los 8 dígitos.".to_owned()),
    };
    View {
        caso: "2026-000001".to_owned(),
        oficina: "Mesa de ayuda".to_owned(),
        recibido: "martes 24 de noviembre de 2026, 10:32 a. m.".to_owned(),
        oficio: OficioView {
            numero: Some("001-2026-X".to_owned()),
            fecha: Some("23 de noviembre de 2026".to_owned()),
            entidad: Some("Entidad de ejemplo".to_owned()),
        },
        designados: vec![DesignadoView {
            fila: 1,
            cargo: Some("Jefe".to_owned()),
            perfil: Some("Responsable de Comunicación".to_owned()),
            nombres: Some("Nombre Apellido".to_owned()),
            dni: Some("00000001".to_owned()),
            correo: Some("nombre@example.gob.pe".to_owned()),
            celular: Some("900000001".to_owned()),
            rol: Some("Coordinador de entidad".to_owned()),
        }],
        grupos: vec![Group {
            fila: Some(1),
            perfil: Some("Responsable de Comunicación".to_owned()),
            nombres: Some("Nombre Apellido".to_owned()),
            hallazgos: vec![finding.clone()],
        }],
        total: 1,
        avisos: vec![finding],
        plazo: Some(Deadline { fecha: "jueves 26 de noviembre de 2026".to_owned(), dias: 2 }),
        falta_oficio: false,
    }
}

fn bare() -> View {
    let finding = FindingView {
        fila: None,
        campo: "Oficio".to_owned(),
        valor: None,
        mensaje: "No llegó el oficio.".to_owned(),
        remedio: None,
    };
    View {
        oficio: OficioView::default(),
        designados: Vec::new(),
        grupos: vec![Group {
            fila: None,
            perfil: None,
            nombres: None,
            hallazgos: vec![finding.clone(), finding.clone()],
        }],
        total: 2,
        avisos: vec![finding],
        plazo: None,
        falta_oficio: true,
        ..full()
    }
}

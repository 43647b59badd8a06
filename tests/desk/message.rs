//! Mails as entities send them, built byte by byte, so that a test can send what no mail program would.

use std::fmt::Write as _;

pub struct Attachment {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A mail to the help desk.
pub struct Message {
    pub from: String,
    pub subject: String,
    /// Without angle brackets; none leaves the header out.
    pub id: Option<String>,
    /// Message-ID of the mail that this one answers.
    pub answers: Option<String>,
    pub body: String,
    pub attachments: Vec<Attachment>,
}

impl Message {
    pub fn new(from: &str, id: &str, attachments: Vec<Attachment>) -> Message {
        Message {
            from: from.to_owned(),
            subject: "Remite oficio de designación - Gob.pe y Facilita Perú".to_owned(),
            id: Some(id.to_owned()),
            answers: None,
            body: "Buenos días:\r\n\r\nSe adjunta el oficio de designación de responsables.\r\n".to_owned(),
            attachments,
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut text = format!(
            "From: {}\r\nTo: mesadeayuda@gobiernodigital.gob.pe\r\nDate: Fri, 14 Mar 2025 09:12:00 -0500\r\nSubject: =?utf-8?b?{}?=\r\n",
            self.from,
            base64(self.subject.as_bytes()).replace("\r\n", "")
        );
        if let Some(id) = &self.id {
            write!(text, "Message-ID: <{id}>\r\n").unwrap();
        }
        if let Some(id) = &self.answers {
            write!(text, "In-Reply-To: <{id}>\r\nReferences: <{id}>\r\n").unwrap();
        }
        write!(
            text,
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"limit\"\r\n\r\n--limit\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}\r\n",
            self.body
        )
        .unwrap();
        for attachment in &self.attachments {
            write!(
                text,
                "--limit\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\
                 Content-Disposition: attachment; filename=\"{}\"\r\n\r\n{}\r\n",
                attachment.name,
                base64(&attachment.bytes)
            )
            .unwrap();
        }
        text.push_str("--limit--\r\n");
        text.into_bytes()
    }
}

pub fn attached(name: &str, bytes: &[u8]) -> Attachment {
    Attachment { name: name.to_owned(), bytes: bytes.to_vec() }
}

/// In lines of 76 characters.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len() * 7 / 5);
    for (index, chunk) in bytes.chunks(3).enumerate() {
        if index > 0 && index.is_multiple_of(19) {
            text.push_str("\r\n");
        }
        let word = chunk.iter().chain([0, 0].iter()).take(3).fold(0u32, |word, byte| word << 8 | u32::from(*byte));
        for place in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * place) & 63) as usize];
            text.push(if place > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

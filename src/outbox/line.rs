//! The line to an SMTP server up to the point where commands begin: TCP, and TLS at once or after STARTTLS (RFC 3207).
//!
//! lettre could do this; but it keeps what a server, or somebody on the way, sent in clear text behind the answer to STARTTLS, and
//! takes it for the answers to the commands that follow inside TLS. An acknowledgement could be forged that way.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use lettre::transport::smtp::extension::ClientId;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::configuration::resolved::{Security, Server};
use crate::trust;

/// Bytes of one reply before encryption. A greeting and a list of abilities are far shorter.
const REPLY_LIMIT: usize = 16 * 1024;

/// Connects and encrypts as configured. The error says what is wrong. The caller keeps the time.
pub(super) async fn open(server: &Server, hello: &ClientId) -> Result<Box<dyn AsyncTokioStream>, String> {
    let tcp = TcpStream::connect((server.host.as_str(), server.port)).await.map_err(|error| error.to_string())?;
    match server.security {
        Security::Plain => Ok(Box::new(tcp)),
        Security::Tls => Ok(Box::new(EncryptedLine { greeting: b"", stream: encrypt(tcp, server).await? })),
        Security::StartTls => {
            let tcp = start_tls(tcp, hello).await?;
            // Inside TLS the server does not greet again, and lettre waits for a greeting.
            Ok(Box::new(EncryptedLine { greeting: b"220 encrypted\r\n", stream: encrypt(tcp, server).await? }))
        }
    }
}

async fn encrypt(tcp: TcpStream, server: &Server) -> Result<TlsStream<TcpStream>, String> {
    let (ca_file, host) = (server.ca_file.clone(), server.host.clone());
    let configuration = tokio::task::spawn_blocking(move || trust::client_configuration(ca_file.as_deref()))
        .await
        .map_err(|error| error.to_string())?
        .map_err(|error| error.to_string())?;
    let name = ServerName::try_from(host).map_err(|error| error.to_string())?;
    let connected = TlsConnector::from(configuration).connect(name, tcp).await;
    connected.map_err(|error| trust::handshake_failure(&error))
}

async fn start_tls(mut tcp: TcpStream, hello: &ClientId) -> Result<TcpStream, String> {
    expect(&reply(&mut tcp).await?, "220")?;
    say(&mut tcp, &format!("EHLO {hello}\r\n")).await?;
    let abilities = reply(&mut tcp).await?;
    expect(&abilities, "250")?;
    let offered =
        abilities.lines().any(|line| line.get(4..).is_some_and(|word| word.trim().eq_ignore_ascii_case("STARTTLS")));
    if !offered {
        return Err("the server does not offer STARTTLS: check the port and security".into());
    }
    say(&mut tcp, "STARTTLS\r\n").await?;
    expect(&reply(&mut tcp).await?, "220")?;
    Ok(tcp)
}

async fn say(tcp: &mut TcpStream, command: &str) -> Result<(), String> {
    tcp.write_all(command.as_bytes()).await.map_err(|error| error.to_string())
}

fn expect(reply: &str, code: &str) -> Result<(), String> {
    if reply.starts_with(code) { Ok(()) } else { Err(super::message::without_addresses(reply)) }
}

/// Reads one reply, which may have several lines (RFC 5321, section 4.2.1). More than one is an error.
async fn reply(tcp: &mut TcpStream) -> Result<String, String> {
    let mut bytes = Vec::new();
    let mut piece = [0; 1024];
    loop {
        let length = tcp.read(&mut piece).await.map_err(|error| error.to_string())?;
        if length == 0 {
            return Err("the server closed the connection".into());
        }
        bytes.extend_from_slice(piece.get(..length).unwrap_or_default());
        if bytes.len() > REPLY_LIMIT {
            return Err("the server's reply has no end".into());
        }
        if let Some(length) = whole_reply(&bytes) {
            if length < bytes.len() {
                return Err("the server said more than it was asked, before the encryption began".into());
            }
            return Ok(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
}

/// How many bytes the first reply takes: up to the end of the first line that has no hyphen behind its code.
fn whole_reply(bytes: &[u8]) -> Option<usize> {
    let mut length = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if line.last() != Some(&b'\n') {
            return None;
        }
        length += line.len();
        if line.get(3) != Some(&b'-') {
            return Some(length);
        }
    }
    None
}

#[derive(Debug)]
struct EncryptedLine {
    /// What is read before anything of the stream.
    greeting: &'static [u8],
    stream: TlsStream<TcpStream>,
}

impl AsyncTokioStream for EncryptedLine {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.get_ref().0.peer_addr()
    }
}

impl AsyncRead for EncryptedLine {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.greeting.is_empty() {
            return Pin::new(&mut self.stream).poll_read(context, buffer);
        }
        let (now, later) = self.greeting.split_at(self.greeting.len().min(buffer.remaining()));
        buffer.put_slice(now);
        self.greeting = later;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for EncryptedLine {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_ends_with_its_last_line_and_not_before() {
        assert_eq!(whole_reply(b"250-a\r\n250"), None);
        assert_eq!(whole_reply(b"250-a\r\n250 b"), None);
        assert_eq!(whole_reply(b"250-a\r\n250 b\r\n"), Some(14));
        assert_eq!(whole_reply(b"220 go\r\n250 forged\r\n"), Some(8));
        assert_eq!(whole_reply(b"\n"), Some(1));
    }
}

//! The picture of a code is read by a real reader.

use std::process::Command;

use crate::host::{Engine, TestHost};

#[tokio::test]
async fn zbarimg_reads_from_the_picture_what_the_token_says() {
    let host = TestHost::start(Engine::Sqlite).await;
    let folder = tempfile::tempdir().unwrap();
    let longest = "x".repeat(1000);
    let longest_of_all = "ü".repeat(500);
    for value in [
        "",
        "abc",
        "Grüße",
        "Ärzte €5",
        "Grüße-€-日本-😀",
        "ああああ",
        &longest,
        &longest_of_all,
    ] {
        let form = format!("value={}", percent_encoded(value));
        let uid = host.add_token(&form).await.to_string();
        let answer = host
            .ask_as_admin("GET", &format!("/tokens/{uid}/qr_code"), "")
            .await;
        assert_eq!(answer.content_type(), "image/png");
        assert_eq!(
            answer.header("content-disposition"),
            format!("attachment; filename=\"{uid}.png\"")
        );
        let picture = folder.path().join("code.png");
        std::fs::write(&picture, &answer.body).unwrap();
        let read = Command::new("zbarimg")
            .args(["--quiet", "--raw", "--nodbus"])
            .arg(&picture)
            .output()
            .expect("`zbarimg` is installed: `cargo xtask test` does it, or Debian's `zbar-tools`");
        let read = String::from_utf8(read.stdout).unwrap();
        let expected = if value.is_empty() { &uid } else { value };
        assert_eq!(read.strip_suffix('\n'), Some(expected), "{value}");
    }
    host.stop().await;
}

fn percent_encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

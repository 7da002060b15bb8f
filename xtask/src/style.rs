//! The style sheet: `style/main.css` and what it imports, as one small file.
//!
//! `main.css` is a table of contents: the order of the layers, then one `@import "file.css";` for
//! each part. A browser could read it as it is; one file instead of many saves it the round trips.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// The whole style sheet, minified.
pub(crate) fn bundle(folder: &Path) -> Result<String> {
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
    };
    let main = read("main.css")?;
    Ok(minify(&inline(&main, read)?))
}

/// Replaces every import by what it names, in order.
fn inline(main: &str, read: impl Fn(&str) -> Result<String>) -> Result<String> {
    let mut whole = String::new();
    for statement in minify(main).split_terminator(';') {
        if let Some(name) = imported(statement) {
            let part = read(name).with_context(|| format!("main.css has `{statement}`"))?;
            if minify(&part).contains("@import") {
                bail!(
                    "{name} has an @import: only main.css may, so that the order can be seen there"
                );
            }
            whole.push_str(&part);
            whole.push('\n');
        } else if statement.starts_with("@layer ") && !statement.contains('{') {
            whole.push_str(statement);
            whole.push_str(";\n");
        } else {
            bail!("main.css has `{statement}`: only `@layer …;` and `@import \"file.css\";` may");
        }
    }
    Ok(whole)
}

/// The file that a statement imports.
fn imported(statement: &str) -> Option<&str> {
    let name = statement.strip_prefix("@import")?.trim_start();
    let name = name.strip_prefix('"')?.strip_suffix('"')?;
    (!name.contains('"')).then_some(name)
}

/// Takes out what no browser needs: comments, line breaks, the blanks around punctuation.
///
/// It keeps to what is safe without understanding the style sheet: blanks around `+`, `-`, `>` and
/// before `:` stay, for they can mean something; strings and addresses are copied as they are.
fn minify(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    // A blank that was read and is written only if what follows needs it.
    let mut blank = false;
    while let Some(next) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("/*") {
            rest = after.find("*/").map_or("", |end| &after[end + 2..]);
            // A comment between two words holds them apart; elsewhere it is nothing.
            blank |= out.ends_with(is_word) && rest.starts_with(is_word);
        } else if next.is_whitespace() {
            blank = true;
            rest = rest.trim_start();
        } else {
            if blank && !out.is_empty() && !out.ends_with(eats_after) && !eats_before(next) {
                out.push(' ');
            }
            blank = false;
            if next == '}' && out.ends_with(';') {
                out.pop();
            }
            let (token, after) = rest.split_at(token_length(rest));
            out.push_str(token);
            rest = after;
        }
    }
    out
}

/// How much at the start of a style sheet is to be copied as it is: a string, an address, or one
/// character.
fn token_length(css: &str) -> usize {
    if css.starts_with(['"', '\'']) {
        return string_length(css);
    }
    if css.starts_with("url(") && !css["url(".len()..].trim_start().starts_with(['"', '\'']) {
        return css.find(')').map_or(css.len(), |end| end + 1);
    }
    css.chars().next().map_or(0, char::len_utf8)
}

/// The length of the string at the start, both quotes included.
fn string_length(css: &str) -> usize {
    let mut chars = css.char_indices();
    let quote = chars.next().map(|(_, quote)| quote);
    let mut escaped = false;
    for (at, next) in chars {
        if escaped {
            escaped = false;
        } else if next == '\\' {
            escaped = true;
        } else if Some(next) == quote {
            return at + next.len_utf8();
        }
    }
    css.len()
}

/// Whether a character is part of a word or a number.
fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '-' | '_' | '%' | '#')
}

/// Whether a blank after this character means nothing.
fn eats_after(character: char) -> bool {
    matches!(character, '{' | '}' | ';' | ',' | ':')
}

/// Whether a blank before this character means nothing.
fn eats_before(character: char) -> bool {
    matches!(character, '{' | '}' | ';' | ',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn minified(css: &str, expected: &str) {
        assert_eq!(minify(css), expected);
    }

    #[test]
    fn blanks_and_comments_go() {
        minified(
            "a {\n  color: red;\n  /* why */\n}\n\nb { top: 0 }",
            "a{color:red}b{top:0}",
        );
        minified(
            "@layer base , page;\n@media (width < 40rem) { a, b { x: y; } }",
            "@layer base,page;@media (width < 40rem){a,b{x:y}}",
        );
    }

    #[test]
    fn blanks_that_mean_something_stay() {
        minified(
            "a :hover > b { width: calc(1px + 2px) }",
            "a :hover > b{width:calc(1px + 2px)}",
        );
        minified("a { margin: 0 auto -1px }", "a{margin:0 auto -1px}");
        minified(".a .b.c { }", ".a .b.c{}");
    }

    #[test]
    fn a_comment_is_no_descendant() {
        minified(".a/**/.b { x: 1px/**/2px }", ".a.b{x:1px 2px}");
    }

    #[test]
    fn strings_and_addresses_are_copied() {
        minified(
            r#"a { content: "/* a ;  b */ \" }" ; }"#,
            r#"a{content:"/* a ;  b */ \" }"}"#,
        );
        minified("a { b: url(data:x;y,/*z*/) }", "a{b:url(data:x;y,/*z*/)}");
        minified("a { b: url( 'x  y' ) }", "a{b:url( 'x  y' )}");
    }

    #[test]
    fn an_unfinished_comment_or_string_ends_with_the_file() {
        minified("a{} /* b", "a{}");
        minified("a{b:'c", "a{b:'c");
    }

    fn part(name: &str) -> Result<String> {
        match name {
            "one.css" => Ok("a { b: c }".into()),
            "two.css" => Ok("@layer x { d { e: f } }".into()),
            "nested.css" => Ok("@import 'one.css';".into()),
            _ => bail!("there is no {name}"),
        }
    }

    #[test]
    fn imports_are_replaced_in_order() {
        let main = "/* order */\n@layer x, y;\n@import \"two.css\";\n@import 'one.css';";
        let error = inline(main, part).unwrap_err();
        assert!(
            error.to_string().contains("only `@layer …;`"),
            "one spelling: {error}"
        );
        let main = "/* order */\n@layer x, y;\n@import \"two.css\";\n@import \"one.css\";\n";
        assert_eq!(
            minify(&inline(main, part).unwrap()),
            "@layer x,y;@layer x{d{e:f}}a{b:c}"
        );
    }

    #[test]
    fn anything_else_in_the_table_of_contents_is_an_error() {
        for main in [
            "a { b: c; }",
            "@import \"one.css\" layer(x);",
            "@layer x { a { b: c } }",
        ] {
            assert!(inline(main, part).is_err(), "{main}");
        }
    }

    #[test]
    fn a_part_that_is_missing_or_imports_is_an_error() {
        let missing = inline("@import \"three.css\";", part).unwrap_err();
        assert_eq!(
            format!("{missing:#}"),
            "main.css has `@import \"three.css\"`: there is no three.css"
        );
        assert!(inline("@import \"nested.css\";", part).is_err());
    }
}

//! The manual page, made from the trees that parse.

use super::commands;

/// Returns the manual page in roff.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn man_page() -> std::io::Result<String> {
    let mut text = Vec::new();
    clap_mangen::Man::new(commands::whole()).render(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::man_page;

    #[test]
    fn the_manual_page_names_every_option() {
        let page = man_page().unwrap().replace('\\', "");
        for option in crate::cli::commands::whole()
            .get_opts()
            .filter(|option| !option.is_hide_set())
        {
            let long = option.get_long().unwrap();
            assert!(page.contains(&format!("--{long}")), "{long}");
        }
    }
}

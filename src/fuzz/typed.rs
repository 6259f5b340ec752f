//! Targets for what the user gives: addresses, items, IDs, settings, clouds. Promises: nothing that is accepted leaves
//! its host or its place, and what is written back is read as the same.

use crate::azure::{
    self, AllowedHost, Audience, AuthorityChoice, Cloud, Shown, Versions, audience_of, check_url,
    normal_form,
};
use crate::cli::{self, ColumnNames, FieldValue, Item, PathDisplay};
use crate::config::{Checks, Config};
use crate::plan::target::{Authentication, Placeholders, Typed, resolve};
use crate::plan::{PathConversion, ids};

/// The first byte chooses options, the rest is what is in place of the URL.
pub(super) fn url(input: &[u8]) {
    let Some((options, text)) = input.split_first() else {
        return;
    };
    let Ok(text) = str::from_utf8(text) else {
        return;
    };
    let is_set = |bit: u8| options & (1 << bit) != 0;
    let cloud = match options >> 6 {
        0 | 1 => Cloud::public(),
        2 => Cloud::sandbox(),
        _ => match Cloud::custom_endpoint("http://127.0.0.1:4321") {
            Ok(cloud) => cloud,
            Err(_) => return,
        },
    };
    let audience = Audience::parse("https://service.example").ok();
    let allowed: Vec<AllowedHost> = AllowedHost::parse("api.example").into_iter().collect();
    let names_audience = is_set(1);
    let typed = Typed {
        url: text,
        method: &http::Method::GET,
        cloud: &cloud,
        placeholders: Placeholders {
            subscription: Some("s-1"),
            resource_group: Some("my rg"),
            tenant: None,
            location: None,
        },
        query: &[],
        api_version: is_set(2).then_some("2024-07-01"),
        versions: &Versions::default(),
        audience: audience.as_ref().filter(|_| names_audience),
        allowed: &allowed,
        authentication: if is_set(0) {
            Authentication::None
        } else {
            Authentication::Token
        },
        shell: if is_set(3) {
            PathConversion::GitBash
        } else {
            PathConversion::None
        },
    };
    let resolved = match resolve(&typed) {
        Ok(resolved) => resolved,
        Err(error) => {
            let _words = Shown::from(error.to_string());
            return;
        }
    };
    let target = resolved.target;
    assert_eq!(check_url(&target.url), Ok(()), "an unsafe URL is asked");
    assert_eq!(
        target.admit(&target.url),
        Ok(()),
        "the first URL is refused"
    );
    let again = azure::parse_url(target.url.as_str());
    assert_eq!(
        again.as_ref(),
        Ok(&target.url),
        "a URL is read as another one"
    );
    if let Some(audience) = &target.audience {
        let is_allowed = names_audience && allowed.iter().any(|one| one.matches(&target.url));
        let is_known = audience_of(&cloud, &target.url).is_some();
        assert!(
            is_known || is_allowed,
            "a token of {audience:?} goes to {}",
            target.url
        );
        let is_local = target.url.host_str() == cloud.resource_manager.host_str();
        let is_safe = target.url.scheme() == "https" && target.url.port().is_none();
        assert!(is_safe || is_local, "a token goes to {}", target.url);
    }
    let _masked = Shown::url(&target.url);
    let normal = normal_form(&target.url);
    if let Ok(again) = azure::parse_url(&normal) {
        assert_eq!(
            normal_form(&again),
            normal,
            "the normal form has another one"
        );
    }
}

/// One item.
pub(super) fn items(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    let _header = cli::parse_header_option(text);
    let Ok(item) = cli::parse_item(text) else {
        return;
    };
    let _literal = item.as_literal();
    if let Item::Field {
        path,
        value: FieldValue::Text(_),
    } = &item
    {
        // Names may hold what the notation uses; without it, it is read back as it was.
        let plain = format!("{}=x", PathDisplay(path));
        let is_plain = path.iter().all(|step| match step {
            cli::FieldStep::Key(name) | cli::FieldStep::DottedKey(name) => {
                name.chars().all(|letter| letter.is_ascii_lowercase())
            }
            cli::FieldStep::Index(_) | cli::FieldStep::Append => true,
        });
        if is_plain && let Ok(Item::Field { path: again, .. }) = cli::parse_item(&plain) {
            assert_eq!(&again, path, "{plain} is another place");
        }
    }
}

/// Standard input with IDs.
pub(super) fn id_list(input: &[u8]) {
    let ids = match ids::read(input) {
        Ok(ids) => ids,
        Err(error) => {
            let _words = Shown::from(error.to_string());
            return;
        }
    };
    for id in &ids.ids {
        let address = id.address("/restart?a=b");
        let parsed = azure::ResourceId::parse(&id.text);
        let _type = parsed.type_name();
        let _candidates = parsed.candidate_types();
        let _scope = (parsed.parent(), parsed.scope(), parsed.as_scope());
        assert!(address.contains("/restart"), "{address} lost its end");
        assert!(!id.text.is_empty(), "an ID is empty");
    }
}

/// `config.toml`.
pub(super) fn config(input: &[u8]) {
    let checks = Checks {
        columns: |text| {
            ColumnNames::parse(text)
                .map(drop)
                .map_err(|error| error.to_string())
        },
        value: cli::check_setting,
        taken: cli::meaning_of,
    };
    match Config::text(input).and_then(|text| Config::parse(text, checks)) {
        Ok(config) => {
            let _alias = config.alias("vm");
            for command in &config.commands {
                let _words = command.expand(&["a".into(), "b".into()]);
            }
        }
        Err(error) => {
            let lines = String::from_utf8_lossy(input).matches('\n').count() + 1;
            assert!(
                (1..=lines).contains(&error.line),
                "a fault in line {}",
                error.line
            );
            assert!(error.column >= 1, "a fault in column {}", error.column);
            let _words = error.to_string();
        }
    }
}

/// What describes a cloud: `clouds.config` of az, or the answer of an endpoint.
pub(super) fn cloud(input: &[u8]) {
    let Some((kind, text)) = input.split_first() else {
        return;
    };
    let cloud = if kind % 2 == 0 {
        let Ok(text) = str::from_utf8(text) else {
            return;
        };
        Cloud::from_clouds_config(text, "c")
    } else {
        let Ok(endpoint) = azure::parse_url("https://management.westus.stack.example.com/") else {
            return;
        };
        Cloud::from_metadata(text, &endpoint, AuthorityChoice::Description)
    };
    let Ok(cloud) = cloud else {
        return;
    };
    // Whatever it says, a host of Microsoft's keeps its audience, and a foreign one gets none of it.
    let Ok(arm) = azure::parse_url("https://management.azure.com/") else {
        return;
    };
    if let Some(audience) = audience_of(&cloud, &cloud.resource_manager)
        && cloud.resource_manager.host_str() != arm.host_str()
    {
        let of_azure = &Cloud::public().audience;
        assert!(
            !audience.same_as(of_azure),
            "a cloud claims Azure's audience"
        );
    }
}

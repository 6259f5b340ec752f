//! Runs `arm new`: finds the type that is meant and what is known of the places in its body, and prints the body.

use serde_json::Value;

use crate::app::command::new::source::{self, Source};
use crate::app::session::{cloud, config_file, default_subscription};
use crate::app::terminal::stdout::{print_until, shown_json};
use crate::azure::body::{self, Made, Optional, Wish};
use crate::azure::{CloudName, Places, ResourceId, Skeleton, catalogue, fill, schema};
use crate::cli::RequestArgs;
use crate::cli::arguments::{BodyFormat, NewArgs};
use crate::client::Deadline;
use crate::env::Env;
use crate::error::{Error, Failure};
use crate::output::{Console, Verbosity};
use crate::plan::{self, json_of_yaml_text, listing};

/// The region that stands for one that nobody has chosen.
const SOME_REGION: &str = "westeurope";

/// The most names that are proposed if a type has bodies for some names alone.
const MOST_NEAR: usize = 5;

/// Prints a body.
pub(crate) async fn run(
    args: NewArgs,
    request: Option<RequestArgs>,
    env: &Env,
) -> Result<(), Failure> {
    let console = Console::new(
        Verbosity::of(args.output.silent, args.output.verbose.count),
        env,
    );
    let deadline = args.timeout.limit.map(Deadline::after);
    let source = match request {
        Some(request) => Some(Box::pin(source::read(request, env)).await?),
        None => None,
    };
    let type_name = match &source {
        Some(source) => source.type_name.clone(),
        None => meant_type(args.kind.as_deref().unwrap_or_default(), env)?,
    };
    let known = KnownPlaces::of(&args, env).await?;
    let body = Body::of(&type_name, source.as_ref(), &args, known.places())?;
    known.remark(&body.made, console);
    let text = match args.output.output {
        BodyFormat::Yaml => known.title(&type_name, source.as_ref(), &body) + &body.made.text,
        BodyFormat::Json => shown_json(json_of(&body.made.text)?, env),
    };
    Ok(print_until(deadline, text.as_bytes())?)
}

/// Finds the type of a word.
fn meant_type(word: &str, env: &Env) -> Result<String, Error> {
    let config = config_file::config(env)?;
    let own = config.alias(word).map(|alias| alias.type_name.as_str());
    match listing::type_name(word, own) {
        Ok(name) => Ok(name.to_owned()),
        // Types that only the service makes are listed and not created, and the other way round.
        Err(error) => match schema::find(word)? {
            Some(found) => Ok(found.full_name()),
            None => Err(error.into()),
        },
    }
}

/// Returns the JSON of a body.
fn json_of(text: &str) -> Result<String, Error> {
    json_of_yaml_text(text).map_err(|error| plan::Error::from(error).into())
}

/// A body that was made.
struct Body {
    made: Made,
    /// The names of the resource that it makes.
    names: &'static str,
}

impl Body {
    fn of(
        type_name: &str,
        source: Option<&Source>,
        args: &NewArgs,
        places: Places<'_>,
    ) -> Result<Self, Error> {
        let optional = match (args.all, args.output.output) {
            (false, _) => Optional::Left,
            (true, BodyFormat::Yaml) => Optional::Commented,
            (true, BodyFormat::Json) => Optional::Written,
        };
        let kept = Skeleton::of_type(type_name).filter(|_| source.is_none());
        let names = kept.map_or("NAME", |kept| kept.names);
        let filled = kept.map(|kept| fill(kept.text, places));
        if let Some(filled) = &filled
            && optional == Optional::Left
        {
            let made = Made {
                text: filled.text.clone(),
                left: filled.left.clone(),
                ..Made::default()
            };
            return Ok(Self { made, names });
        }
        let name = source.and_then(|source| ResourceId::parse(&source.id).names().last());
        let known = match name {
            Some(name) => schema::find_named(type_name, name)?,
            None => schema::find(type_name)?,
        };
        let kind = known.as_ref().and_then(schema::Body::put);
        let Some(kind) = kind else {
            let fixed = schema::fixed_names(type_name)?.into_iter().take(MOST_NEAR);
            let nearest = fixed.map(|fixed| format!("{type_name}:{fixed}")).collect();
            let type_name = type_name.to_owned();
            return Err(Error::NoBody { type_name, nearest });
        };
        let kept_body: Option<Value> = match &filled {
            Some(filled) => serde_json::from_str(&json_of(&filled.text)?).ok(),
            None => None,
        };
        let mut made = body::make(
            &kind,
            Wish {
                given: source.map(|source| &source.body).or(kept_body.as_ref()),
                answered_by: source.map(|source| source.id.as_str()),
                optional,
                places,
            },
        );
        made.left
            .extend(filled.into_iter().flat_map(|filled| filled.left));
        Ok(Self { made, names })
    }
}

/// The path where a resource is usually made: in a resource group.
fn usual_path(paths: &[String]) -> Option<String> {
    let path = paths.iter().find(|path| path.contains("{rg}"));
    let path = path.or_else(|| paths.first())?;
    Some(path.replace("/{scope}", "/subscriptions/{sub}/resourceGroups/{rg}"))
}

/// Puts names in place of the last `{name}`s of a path.
fn named(path: &str, names: &str) -> String {
    let mut names = names.rsplit('/');
    let mut segments: Vec<&str> = path.split('/').collect();
    for segment in segments.iter_mut().rev() {
        let is_name = segment.starts_with('{') && !["{sub}", "{rg}"].contains(segment);
        if is_name && let Some(name) = names.next() {
            *segment = name;
        }
    }
    segments.join("/")
}

/// What is known of the places of a body.
struct KnownPlaces {
    location: Option<String>,
    /// Whether the user has not chosen the location.
    is_some_region: bool,
    subscription_id: Option<String>,
    resource_group: Option<String>,
    tenant_id: Option<String>,
}

impl KnownPlaces {
    async fn of(args: &NewArgs, env: &Env) -> Result<Self, Error> {
        let cloud = cloud::choose(&args.sign_in, cloud::NetworkUse::None, env).await?;
        let is_sandbox = args.sign_in.sandbox;
        let variables = || {
            let names = ["ARMCLI_SUBSCRIPTION", "AZURE_SUBSCRIPTION_ID"];
            names
                .iter()
                .find_map(|name| env.get(name))
                .filter(|_| !is_sandbox)
        };
        let given = args.subscription.as_deref().or_else(variables);
        let mut subscriptions: Vec<String> = given.map(str::to_owned).into_iter().collect();
        default_subscription::ids_where_known(&mut subscriptions, is_sandbox, env)?;
        let subscription_id = subscriptions.into_iter().next();
        let location = args.location.as_deref().or_else(|| env.location());
        let is_some_region = location.is_none();
        let has_region = matches!(
            cloud.name,
            CloudName::Public | CloudName::Custom(_) | CloudName::Sandbox
        );
        let location = location.or_else(|| has_region.then_some(SOME_REGION));
        let tenant_id = env.tenant(args.sign_in.tenant.as_deref());
        let group = env.resource_group(args.resource_group.as_deref());
        Ok(Self {
            location: location.map(str::to_owned),
            is_some_region,
            subscription_id: subscription_id.or_else(|| default_subscription::default(&cloud, env)),
            resource_group: group.map(str::to_owned),
            tenant_id: tenant_id
                .map(str::to_owned)
                .or_else(|| default_subscription::tenant(&cloud, env)),
        })
    }

    fn places(&self) -> Places<'_> {
        Places {
            location: self.location.as_deref(),
            subscription_id: self.subscription_id.as_deref(),
            resource_group: self.resource_group.as_deref(),
            tenant_id: self.tenant_id.as_deref(),
        }
    }

    /// The lines before a body: what it is, and how it is sent.
    fn title(&self, type_name: &str, source: Option<&Source>, body: &Body) -> String {
        let (plain, fixed) = match type_name.split_once(':') {
            Some((plain, fixed)) => (plain, Some(fixed)),
            None => (type_name, None),
        };
        let found = catalogue::find(plain);
        let version = match schema::find(type_name) {
            Ok(Some(body)) => Some(body.version().to_owned()),
            Ok(None) | Err(_) => found.and_then(|found| found.stable()).map(str::to_owned),
        };
        let version =
            version.map_or_else(String::new, |version| format!(", api-version {version}"));
        let path = match source {
            Some(source) => Some(source.id.clone()),
            None => found.and_then(|found| usual_path(&found.item_paths())),
        };
        let path = path.map(|path| {
            let path = named(&path, fixed.unwrap_or(body.names));
            match &self.resource_group {
                Some(group) => path.replace("{rg}", group),
                None => path,
            }
        });
        let send = path.map_or_else(String::new, |path| {
            format!("# arm PUT {path} @FILE --wait\n")
        });
        format!("# {type_name}{version}\n{send}")
    }

    /// Says what is to be filled in, and what was chosen without being said.
    fn remark(&self, made: &Made, console: Console) {
        let location = self.location.as_deref().unwrap_or_default();
        if self.is_some_region && made.text.contains(&format!("location: {location}\n")) {
            console.note(format!(
                "no location is set, so `{location}` is written there: `--location` chooses another"
            ));
        }
        for secret in &made.secrets {
            console.note(format!(
                "the value of `{secret}` is secret, and was left out"
            ));
        }
        let ways = made.left.iter().map(|place| match place.as_str() {
            "{rg}" => "`{rg}` (`-g NAME`)".to_owned(),
            "{sub}" => "`{sub}` (`-S NAME`)".to_owned(),
            "{tenant}" => "`{tenant}` (`--tenant ID`)".to_owned(),
            "{location}" => "`{location}` (`--location REGION`)".to_owned(),
            other => format!("`{other}`"),
        });
        let ways: Vec<String> = ways.collect();
        if !ways.is_empty() {
            console.note(format!("to be filled in: {}", ways.join(", ")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{json_of, named};
    use crate::azure::body::{self, Asked, BodyVerb, Fault, Optional, Wish};
    use crate::azure::{Places, Skeleton, fill, schema};

    const PLACES: Places<'static> = Places {
        location: Some("westeurope"),
        subscription_id: Some("00000000-0000-0000-0000-000000000001"),
        resource_group: Some("rg"),
        tenant_id: Some("00000000-0000-0000-0000-000000000002"),
    };

    /// What does not fit in a body, but for places that only the user can fill in.
    fn faults(text: &str, type_name: &str, name: &str) -> Vec<String> {
        let json = json_of(text).unwrap_or_else(|error| panic!("{type_name}: {error}\n{text}"));
        let asked = Asked {
            type_name,
            name,
            verb: BodyVerb::Put,
            version: None,
        };
        let report = body::check(json.as_bytes(), asked).unwrap().unwrap();
        let remarks = report.remarks.into_iter();
        let remarks = remarks.filter(|remark| !matches!(remark.fault, Fault::Place { .. }));
        remarks.map(|remark| remark.to_string()).collect()
    }

    #[test]
    fn every_kept_body_fits_its_type() {
        for kept in Skeleton::all() {
            let filled = fill(kept.text, PLACES);
            let faults = faults(&filled.text, kept.type_name, "x");
            assert_eq!(faults, [""; 0], "{}", kept.type_name);
        }
    }

    #[test]
    fn every_made_body_fits_its_type() {
        let mut count = 0;
        for known in schema::all().unwrap() {
            let full_name = known.full_name();
            let name = full_name.split_once(':').map_or("x", |(_, fixed)| fixed);
            let Some(kind) = known.put() else { continue };
            for optional in [Optional::Left, Optional::Commented] {
                // Every fifth is enough of the long ones.
                if optional != Optional::Left && count % 5 != 0 {
                    continue;
                }
                let made = body::make(
                    &kind,
                    Wish {
                        optional,
                        places: PLACES,
                        ..Wish::default()
                    },
                );
                let faults = faults(&made.text, known.name(), name);
                assert_eq!(faults, [""; 0], "{}\n{}", known.name(), made.text);
            }
            count += 1;
        }
        assert!(count > 1_900, "{count}");
    }

    #[test]
    fn names_stand_where_they_belong() {
        for (path, names, expected) in [
            (
                "/s/{sub}/g/{rg}/a/{name}",
                "my-vm",
                "/s/{sub}/g/{rg}/a/my-vm",
            ),
            ("/g/{rg}/a/{a}/b/{name}", "x/y", "/g/{rg}/a/x/b/y"),
            ("/g/{rg}/a/{name}", "{new-guid}", "/g/{rg}/a/{new-guid}"),
            ("/g/{rg}/a/{a}/b/{name}", "NAME", "/g/{rg}/a/{a}/b/NAME"),
            ("/g/{rg}/a/default", "NAME", "/g/{rg}/a/default"),
        ] {
            assert_eq!(named(path, names), expected);
        }
    }
}

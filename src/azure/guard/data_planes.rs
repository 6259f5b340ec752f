//! The table of what requests to other hosts than Resource Manager's do. Those of Resource Manager: `actions`.

use url::Url;

use super::actions::{Precision, segments};
use super::class::RequestClass;
use crate::azure::rows::{fields, rows};
use crate::azure::url::origin::host_matches;

const DATA_PLANES: &str = include_str!("data_planes.tsv");

/// The class of an address among the rows of a verb; nothing for one that is not there.
pub(super) fn find(method: &str, url: &Url, precision: Precision) -> Option<RequestClass> {
    let host = url.host_str()?;
    let segments = segments(url, precision)?;
    let matching =
        rows(DATA_PLANES)
            .filter_map(fields::<4>)
            .filter_map(|[verb, class, hosts, paths]| {
                let is_of_host = hosts.split(',').any(|pattern| host_matches(pattern, host));
                let is_candidate = verb == method && is_of_host;
                let words = paths.split(',').filter_map(|path| matches(path, &segments));
                let words = words.max().filter(|_| is_candidate)?;
                Some((words, RequestClass::of_letter(class)?))
            });
    matching.max().map(|(_, class)| class)
}

/// The number of words that a template and a path have in common; nothing if they do not match.
fn matches(template: &str, segments: &[String]) -> Option<usize> {
    let template: Vec<&str> = template.split('/').collect();
    let pairs = || template.iter().zip(segments);
    let fits = template.len() == segments.len()
        && pairs().all(|(word, segment)| *word == "{}" || word == segment);
    fits.then(|| template.iter().filter(|word| **word != "{}").count())
}

#[cfg(test)]
mod tests {
    use super::DATA_PLANES;
    use crate::azure::guard::class::RequestClass;
    use crate::azure::rows::{fields, rows};

    #[test]
    fn every_row_can_be_read() {
        for row in rows(DATA_PLANES) {
            let class = fields::<4>(row).and_then(|[_, class, ..]| RequestClass::of_letter(class));
            assert!(class.is_some(), "{row}");
        }
    }
}

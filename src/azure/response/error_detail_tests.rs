//! The shapes of errors that services answer with: tables only.

use crate::azure::response::error_detail::ErrorDetail;

const JSON: Option<&str> = Some("application/json; charset=utf-8");

/// Checks `code|message|target|number of details`.
#[track_caller]
fn check(body: &str, expected: &str) {
    check_typed(body, JSON, expected);
}

#[track_caller]
fn check_typed(body: &str, content_type: Option<&str>, expected: &str) {
    let shown = ErrorDetail::parse(body.as_bytes(), content_type).map_or_else(
        || "none".to_owned(),
        |detail| {
            let text = |part: Option<String>| part.unwrap_or_default();
            let (code, message, target) =
                (text(detail.code), text(detail.message), text(detail.target));
            format!("{code}|{message}|{target}|{}", detail.details.len())
        },
    );
    assert_eq!(shown, expected, "{body}");
}

#[test]
fn envelopes() {
    check(
        r#"{"error":{"code":"ResourceNotFound","message":"Not there."}}"#,
        "ResourceNotFound|Not there.||0",
    );
    check(
        r#"{"error":{"code":"A","message":"B","target":"C","details":[{"code":"D","message":"E"},{"code":"F","message":"G"}],"innererror":{"x":1}}}"#,
        "A|B|C|2",
    );
    check(
        r#"{"error":{"code":"A","message":"B","innererror":{"code":"C","message":"D","innererror":{"code":"E"}}}}"#,
        "A|B||1",
    );
    check(
        r#"{"error":{"code":"A","message":"B"},"status":"Failed"}"#,
        "A|B||0",
    );
    check(
        r#"{"Error":{"Code":"Blocked","Message":"B","Target":null,"Details":null}}"#,
        "Blocked|B||0",
    );
    check(
        r#"{"tables":[{"rows":[]}],"error":{"code":"PartialError","message":"some"}}"#,
        "PartialError|some||0",
    );
    check(
        r#"{"id":"/x","status":"Failed","error":{"code":"A","message":"B"}}"#,
        "A|B||0",
    );
    check(
        "\u{feff}{\"error\":{\"code\":\"A\",\"message\":\"B\"}}",
        "A|B||0",
    );
    check(
        r#"{"error":{"code":"Forbidden","@message":"kusto","@type":"T"}}"#,
        "Forbidden|kusto||0",
    );
}

#[test]
fn no_envelope() {
    check(
        r#"{"code":"PreconditionFailed","message":"modified"}"#,
        "PreconditionFailed|modified||0",
    );
    check(
        r#"{"code":"40636","message":"m","target":null,"details":[],"innererror":[]}"#,
        "40636|m||0",
    );
    check(r#"{"code":40636,"message":"m"}"#, "40636|m||0");
    check(
        r#"{"Message":"No HTTP resource was found."}"#,
        "|No HTTP resource was found.||0",
    );
    check(
        r#"{"Code":"NotFound","Message":"m","Target":null,"Details":[{"Message":"m"},{"Code":"NotFound"},{"ErrorEntity":{"Code":"NotFound","Message":"m","ExtendedCode":"51004"}}],"Innererror":null}"#,
        "NotFound|m||0",
    );
    check(
        r#"{"Code":"Conflict","Message":"m","Details":[{"Message":"other"},{"ErrorEntity":{"Code":"X","Message":"y"}}]}"#,
        "Conflict|m||2",
    );
    check(
        r#"{"statusCode":401,"message":"Access denied"}"#,
        "|Access denied||0",
    );
    check(
        r#"{"type":"about:blank","title":"Bad","detail":"worse","status":400}"#,
        "Bad|worse||0",
    );
}

#[test]
fn other_families() {
    check(
        r#"{"odata.error":{"code":"Request_BadRequest","message":{"lang":"en","value":"bad"},"requestId":"r","date":"d"}}"#,
        "Request_BadRequest|bad||0",
    );
    check(
        r#"{"error":"invalid_grant","error_description":"AADSTS70008: expired.","error_codes":[70008],"timestamp":"t","trace_id":"t","correlation_id":"c"}"#,
        "invalid_grant|AADSTS70008: expired.||0",
    );
    check(r#"{"error":"invalid_request"}"#, "invalid_request|||0");
    check(r#"{"error":"it went wrong"}"#, "|it went wrong||0");
    check(
        r#"{"errors":[{"code":"UNAUTHORIZED","message":"auth"},{"code":"X","message":"y"}]}"#,
        "UNAUTHORIZED|auth||1",
    );
    check(r#"[{"code":"A","message":"B"}]"#, "A|B||0");
}

/// Checks what the lines of the details say.
#[track_caller]
fn check_details(body: &str, words: &str, details: &[&str]) {
    let detail = ErrorDetail::parse(body.as_bytes(), JSON).unwrap();
    assert_eq!(detail.words(), words, "{body}");
    let found = detail.details.iter().map(|inner| match &inner.target {
        Some(target) => format!("{target}: {}", inner.words()),
        None => inner.words(),
    });
    assert_eq!(found.collect::<Vec<_>>(), details, "{body}");
}

#[test]
fn errors_by_field_and_exceptions() {
    check_details(
        r#"{"title":"One or more validation errors occurred.","status":400,"errors":{"Name":["It is required.","It is short."],"":["All is wrong."]}}"#,
        "One or more validation errors occurred",
        &[
            "Name: It is required.",
            "Name: It is short.",
            "All is wrong.",
        ],
    );
    check_details(
        r#"{"Message":"The request is invalid.","ModelState":{"vm.name":["bad"],"vm.size":"none"}}"#,
        "The request is invalid.",
        &["vm.name: bad", "vm.size: none"],
    );
    check_details(
        r#"{"Message":"An error has occurred.","ExceptionMessage":"Object reference","ExceptionType":"T"}"#,
        "An error has occurred.",
        &["Object reference"],
    );
    check_details(r#"{"exception":"it broke"}"#, "it broke", &[]);
    check_details(
        r#"{"status":"Failed","statusMessage":"quota is used up"}"#,
        "quota is used up",
        &[],
    );
    check_details(
        r#"{"fault":{"faultstring":"Invalid key","detail":{"errorcode":"x"}}}"#,
        "Invalid key",
        &[],
    );
    check_details(
        r#"{"error":{"code":"A","message":{"reason":"xyz"}}}"#,
        r#"A: {"reason":"xyz"}"#,
        &[],
    );
}

#[test]
fn what_is_there_of_cut_json() {
    check(
        r#"{"error":{"code":"ThisCode","message":"m"#,
        "ThisCode|||0",
    );
    check(
        r#"{"error":{"code":"A", "message" : "a \"b\"", "details":["#,
        r#"A|a "b"||0"#,
    );
    check(r#"{"error":{"code":7,"mess"#, "none");
    let latin = ErrorDetail::parse(b"{\"code\":\"A\",\"message\":\"caf\xe9\"}", JSON).unwrap();
    assert_eq!(latin.words(), "A: caf\u{fffd}");
}

#[test]
fn strings_and_texts() {
    check(
        r#""{\"error\":{\"code\":\"A\",\"message\":\"B\"}}""#,
        "A|B||0",
    );
    check(r#""just a sentence""#, "|just a sentence||0");
    check_typed("stream timeout", Some("text/plain"), "|stream timeout||0");
    check_typed(
        "\n  first line \r\nsecond",
        Some("text/plain; charset=utf-8"),
        "|first line||0",
    );
    check_typed("upstream failed", None, "|upstream failed||0");
    check_typed("\u{1b}[31mred", Some("TEXT/PLAIN"), "|[31mred||0");
    check_typed("<html><body>503</body></html>", Some("text/html"), "none");
    check_typed("<html><body>503</body></html>", Some("text/plain"), "none");
    check_typed(
        "<?xml version=\"1.0\"?><Error/>",
        Some("application/xml"),
        "none",
    );
    check_typed("a,b", Some("text/csv"), "none");
    check_typed("{\n\"error\": {", JSON, "none");
    check_typed(
        "The service is unavailable.",
        JSON,
        "|The service is unavailable.||0",
    );
    let long = "x".repeat(400);
    check_typed(
        &long,
        Some("text/plain"),
        &format!("|{}…||0", "x".repeat(300)),
    );
}

#[test]
fn nothing_said() {
    for body in [
        "",
        " ",
        "{}",
        "[]",
        "null",
        "7",
        "true",
        "\"\"",
        "[[[]]]",
        r#"{"error":null}"#,
        r#"{"error":{}}"#,
        r#"{"error":""}"#,
        r#"{"value":[]}"#,
        r#"{"code":null,"message":""}"#,
        r#"{"errors":[]}"#,
        r#"{"error":[1]}"#,
    ] {
        check(body, "none");
    }
    assert_eq!(
        ErrorDetail::parse(b"\xff\xfe\x00", Some("application/octet-stream")),
        None
    );
}

#[test]
fn deep_nesting_ends() {
    let mut body = r#"{"code":"X","message":"y"}"#.to_owned();
    for level in 0..30 {
        body = format!(r#"{{"code":"A{level}","message":"b","details":[{body}]}}"#);
    }
    let mut detail = ErrorDetail::parse(body.as_bytes(), JSON).unwrap();
    let mut depth = 0;
    while let Some(inner) = detail.details.pop() {
        detail = inner;
        depth += 1;
    }
    assert_eq!(depth, 16);
    let wild = "[".repeat(100_000);
    check(&wild, "none");
    let mut quoted = r#"{"code":"A"}"#.to_owned();
    for _ in 0..8 {
        quoted = serde_json::to_string(&quoted).unwrap();
    }
    check(&quoted, "A|||0");
}

#[test]
fn policies_are_named() {
    let body = r#"{"error":{"code":"RequestDisallowedByPolicy","message":"m",
        "additionalInfo":[
            {"type":"PolicyViolation","info":{"policyDefinitionDisplayName":"Allowed locations","policyDefinitionName":"x"}},
            {"type":"PolicyViolation","info":{"policyDefinitionDisplayName":"Allowed locations"}},
            {"type":"Other","info":{"policyDefinitionDisplayName":"no"}},
            {"info":{}}],
        "details":[{"code":"X","message":"y","additionalInfo":[
            {"type":"policyViolation","info":{"policyAssignmentName":"a1","policyDefinitionDisplayName":""}}]}]}}"#;
    let detail = ErrorDetail::parse(body.as_bytes(), JSON).unwrap();
    assert_eq!(detail.policy_names(), ["Allowed locations", "a1"]);
    assert_eq!(detail.additional_info.len(), 3);
    assert_eq!(detail.policy_assignment_id(), None);
}

#[test]
fn a_policy_is_named_with_its_assignment() {
    let body = r#"{"error":{"code":"RequestDisallowedByPolicy","message":"m","additionalInfo":[
        {"type":"PolicyViolation","info":{"policyDefinitionDisplayName":"Allowed locations",
            "policyAssignmentDisplayName":"Europe only","policyAssignmentName":"a1",
            "policyAssignmentId":"/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/a1"}},
        {"type":"PolicyViolation","info":{"policyDefinitionName":"same","policyAssignmentName":"same"}}]}}"#;
    let detail = ErrorDetail::parse(body.as_bytes(), JSON).unwrap();
    assert_eq!(
        detail.policy_names(),
        ["Allowed locations (assigned as Europe only)", "same"]
    );
    assert!(detail.policy_assignment_id().unwrap().ends_with("/a1"));
}

#[test]
fn resource_graph_names_the_place_in_the_query() {
    let body = r#"{"error":{"code":"BadRequest","message":"m","details":[
        {"code":"InvalidQuery","message":"Query is invalid."},
        {"code":"ParserFailure","message":"ParserFailure","line":1,"characterPositionInLine":11,
         "token":"<EOF>","expectedToken":"x"}]}}"#;
    let detail = ErrorDetail::parse(body.as_bytes(), JSON).unwrap();
    assert_eq!(detail.details[0].position, None);
    let position = detail.details[1].position.clone().unwrap();
    assert_eq!((position.line, position.column), (1, 12));
    assert_eq!(position.token.as_deref(), Some("<EOF>"));
}

#[test]
fn storage_says_it_in_xml() {
    const XML: Option<&str> = Some("application/xml");
    let body = "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>AuthorizationPermissionMismatch</Code><Message>Not &lt;you&gt; &amp;amp; me.\nRequestId:1\nTime:2026</Message></Error>";
    let table = "<?xml version=\"1.0\"?>\n<m:error xmlns:m=\"urn:x\"><m:code>TableNotFound</m:code><m:message xml:lang=\"en-US\">None.\nRequestId:1</m:message></m:error>";
    let expected = Some("AuthorizationPermissionMismatch: Not <you> &amp; me.".to_owned());
    for body in [body.to_owned(), format!("\u{feff}{body}")] {
        let detail = ErrorDetail::parse(body.as_bytes(), XML);
        assert_eq!(detail.map(|detail| detail.words()), expected);
    }
    let detail = ErrorDetail::parse(table.as_bytes(), XML).unwrap();
    assert_eq!(detail.words(), "TableNotFound: None.");
    for other in [
        "<html><code>x</code></html>",
        "<Error/>",
        "<Error><Code>",
        "<",
    ] {
        assert_eq!(ErrorDetail::parse(other.as_bytes(), XML), None, "{other}");
    }
}

#[test]
fn json_in_a_message_is_unfolded() {
    let inner = r#"{\"error\":{\"code\":\"RequestDisallowedByPolicy\",\"message\":\"no\"}}"#;
    let body = format!(
        r#"{{"error":{{"code":"DeploymentFailed","message":"m","details":[{{"code":"Conflict","message":"{inner}"}}]}}}}"#
    );
    let detail = ErrorDetail::parse(body.as_bytes(), JSON).unwrap();
    let conflict = &detail.details[0];
    assert_eq!(conflict.words(), "Conflict");
    assert_eq!(conflict.details[0].words(), "RequestDisallowedByPolicy: no");
    let body = format!(r#"{{"message":"{inner}"}}"#);
    let detail = ErrorDetail::parse(body.as_bytes(), JSON).unwrap();
    assert_eq!(detail.words(), "RequestDisallowedByPolicy: no");
    let body = r#"{"error":{"code":"X","message":"{not json}"}}"#;
    let detail = ErrorDetail::parse(body.as_bytes(), JSON).unwrap();
    assert_eq!(detail.words(), "X: {not json}");
}

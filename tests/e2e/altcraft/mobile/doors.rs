//! Who is let in, and the keys for it.

use super::*;

#[test]
fn whoever_may_not_come_in_hears_so_and_changes_nothing() {
    let apps = Apps::start();
    let claim = json!({"db_id": 1, "matching": "email", "email": "eve@example.org"});
    let later = 4_000_000_000_i64;
    let hs = json!({"alg": "HS256"});
    let good = json!({"exp": later, "matching": claim});
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        jwt(&hs, &claims, SECRET)
    };
    let matching = |name: &str, value: Value| {
        let mut other = claim.clone();
        other[name] = value;
        with("matching", other)
    };
    let unsigned = jwt(&json!({"alg": "none"}), &good, SECRET);
    let (unsigned, _) = unsigned.rsplit_once('.').unwrap();
    let wrong = [
        String::new(),
        "nonsense".to_owned(),
        format!("rtoken@{RTOKEN}x"),
        "rtoken@".to_owned(),
        "rtoken@short".to_owned(),
        apps.alt.db.api.token().unwrap().to_owned(),
        format!("{unsigned}."),
        jwt(&json!({"alg": "none"}), &good, SECRET),
        jwt(&json!({"alg": "HS512"}), &good, SECRET),
        jwt(&json!({"alg": "RS256"}), &good, SECRET),
        jwt(&hs, &good, "another secret of more than 32 bytes"),
        jwt(&hs, &good, PUBLIC),
        jwt(&hs, &json!({"exp": later}), SECRET),
        with("exp", json!(1_000_000_000)),
        with("exp", Value::Null),
        with("nbf", json!(later)),
        with("matching", json!("nonsense")),
        with("pad", json!("a".repeat(10_000))),
        matching("db_id", json!(2)),
        matching("db_id", Value::Null),
        matching("matching", json!("anything")),
        matching("matching", Value::Null),
    ];
    let before = apps.alt.db.total();
    let update = json!({"profile_fields": {"_fname": "Eve"}});
    for token in &wrong {
        let app = apps.alt.server.client(token);
        let body = subscribing("tok-1", "subscribed");
        said(&app.post("/subscription/push/subscribe/", &body), 401);
        said(&app.post("/api/profile/update", &update), 401);
    }
    let nobody = apps.alt.server.anonymous();
    said(
        &nobody.post("/event/push/open", &json!({"smid": "m1"})),
        401,
    );
    let bytes = [("authorization", "Bearer \u{e9}")];
    said(&nobody.send("POST", "/event/push/open", &bytes, "{}"), 401);
    // A value that is missing is the token's fault too.
    let app = apps.alt.server.client(&matching("email", Value::Null));
    said(&app.post("/profile/update", &update), 401);
    assert_eq!(apps.alt.db.total(), before);

    // An app's token opens nothing else.
    for app in [apps.of_resource(), apps.of("ann@example.org")] {
        assert_eq!(app.get("/v1/databases/1/profiles").status, 401);
        assert_eq!(
            app.post("/api/v1.1/databases/list", &json!({})).body()["error"],
            403
        );
    }
}

#[test]
fn keys_are_made_changed_and_ended() {
    let apps = Apps::start();
    let (api, path) = (&apps.alt.db.api, format!("{}/app-keys", apps.alt.db.path));
    assert_eq!(
        apps.alt.db.id, "1",
        "as the token says that was signed beforehand"
    );
    let key = json!({"name": "two", "algorithm": "RS256", "public_key": PUBLIC,
        "resource_id": apps.alt.resource});
    let made = api.post(&path, &key).ok(201);
    let one = format!("{path}/{}", text(&made["id"]));
    let app = apps.alt.server.client(SIGNED.trim());
    let ask = || app.get("/subscription/push/status/").status;
    assert_eq!(ask(), 401, "it has no end");
    api.patch(&one, &json!({"endless": true})).ok(200);
    assert_eq!(ask(), 404, "nobody is known by it");
    subscribe(&app, "tok-9", "subscribed");
    assert_eq!(ask(), 200);
    api.patch(&one, &json!({"ends_at": "2020-01-01T00:00:00Z"}))
        .ok(200);
    assert_eq!(ask(), 401);
    api.patch(&one, &json!({"ends_at": null})).ok(200);
    assert_eq!(ask(), 200);
    assert_eq!(api.delete(&one).status, 204);
    assert_eq!((ask(), api.delete(&one).status), (401, 404));

    let own = json!({"name": "three", "algorithm": "HS256", "resource_id": apps.alt.resource});
    let made = api.post(&path, &own).ok(201);
    assert_eq!(text(&made["secret"]).len(), 43);
    for (name, value, place) in [
        ("algorithm", json!("none"), "/algorithm"),
        ("algorithm", json!(null), "/algorithm"),
        ("secret", json!("short"), "/secret"),
        ("public_key", json!(PUBLIC), "/public_key"),
        ("resource_id", json!("99"), "/resource_id"),
        ("name", json!(""), "/name"),
        ("endless", json!("yes"), "/endless"),
        ("size", json!(1), "/size"),
    ] {
        let mut body = own.clone();
        body["name"] = "four".into();
        body[name] = value;
        let refused = api.post(&path, &body).problem(422, "validation_failed");
        assert_eq!(refused["errors"][0]["pointer"], place, "{refused}");
    }
    let body = json!({"name": "four", "algorithm": "RS256", "public_key": "x",
        "resource_id": apps.alt.resource});
    api.post(&path, &body).problem(422, "validation_failed");
    api.post(&path, &own).problem(409, "name_taken");
    for number in 4..=11 {
        let mut body = own.clone();
        body["name"] = number.to_string().into();
        api.post(&path, &body).ok(201);
    }
    let mut more = own.clone();
    more["name"] = "more".into();
    api.post(&path, &more).problem(422, "validation_failed");
    assert_eq!(
        api.get(&path).ok(200)["items"].as_array().unwrap().len(),
        10
    );
    // A secret is told nowhere.
    let history = api.get("/v1/history?limit=100").ok(200).to_string();
    assert!(history.contains("app_keys/1") && !history.contains(SECRET));

    // A token of a resource goes as it came.
    let path = format!("/v1/resources/{}/app-token", apps.alt.resource);
    let made = api.post(&path, &json!(null)).ok(201);
    let app = apps
        .alt
        .server
        .client(&format!("rtoken@{}", text(&made["token"])));
    subscribe(&app, "tok-5", "subscribed");
    let old = apps
        .of_resource()
        .post("/event/push/open", &json!({"smid": "m"}));
    said(&old, 401);
    assert_eq!(api.delete(&path).status, 204);
    assert_eq!(api.get(&path).status, 404);
    said(&app.post("/event/push/open", &json!({"smid": "m"})), 401);
    for token in [
        json!("short"),
        json!(null),
        json!("sixteen letters "),
        json!("a".repeat(129)),
    ] {
        api.put(&path, &json!({ "token": token }))
            .problem(422, "validation_failed");
    }
    // Who may not write profiles lets nobody in who does.
    let lame = json!({"name": "lame", "scopes": ["resources:write", "databases:write"]});
    let lame = text(&api.post("/v1/tokens", &lame).ok(201)["secret"]);
    let lame = apps.alt.server.client(&lame);
    assert_eq!(lame.put(&path, &json!({"token": RTOKEN})).status, 403);
    assert_eq!(
        lame.post(&format!("{}/app-keys", apps.alt.db.path), &more)
            .status,
        403
    );
}

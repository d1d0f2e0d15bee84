//! What stands in the way of each operation that can answer 409.

use super::world::World;
use super::{Call, Operation};
use serde_json::{Value, json};

/// The status of a call in whose way something stands.
pub fn conflict(world: &World, operation: &Operation, mut call: Call) -> u16 {
    let send = |call: &Call| call.send(world).status;
    let again = |call: &Call| {
        call.send(world);
        send(call)
    };
    match operation.id() {
        // The name is taken by what the first call made.
        "createDatabase" | "createField" | "createSegment" | "createView" | "createForm"
        | "createHook" | "createAppKey" | "createResource" | "createSuppression"
        | "createWatcher" | "createConnector" => again(&call),
        "updateDatabase" | "cloneDatabase" => {
            call.text = json!({"name": world.database().1}).to_string();
            send(&call)
        }
        "updateResource" | "cloneResource" => {
            call.text = json!({"name": world.resource().1}).to_string();
            send(&call)
        }
        "updateAppKey" => {
            let (db, id, resource) = world.app_key();
            let other =
                json!({"name": world.word(), "algorithm": "HS256", "resource_id": resource});
            let keys = format!("/v1/databases/{db}/app-keys");
            world.api.post(&keys, &other).ok(201);
            call.text = json!({"name": other["name"]}).to_string();
            call.target = format!("{keys}/{id}");
            send(&call)
        }
        "updateView" => {
            let other = world.view();
            let other = world
                .api
                .get(&format!("/v1/databases/1/views/{other}"))
                .ok(200);
            call.text = json!({"name": other["name"]}).to_string();
            send(&call)
        }
        "updateSegment" => {
            call.text = json!({"name": world.segment().1}).to_string();
            send(&call)
        }
        "updateSuppression" => {
            call.text = json!({"name": world.list().1}).to_string();
            send(&call)
        }
        "updateForm" | "updateHook" | "updateWatcher" | "updateConnector" => {
            let (collection, id) = match operation.id() {
                "updateForm" => ("forms", world.form()),
                "updateHook" => ("hooks", world.hook().id),
                "updateConnector" => ("connectors", world.connector()),
                _ => ("watchers", world.watcher()),
            };
            let other = world.api.get(&format!("/v1/{collection}/{id}")).ok(200);
            call.text = json!({"name": other["name"]}).to_string();
            send(&call)
        }
        // Once answered, it is over.
        "addPasskey" | "signInByPasskey" => again(&call),
        // At an address there are none.
        "beginPasskey" | "beginPasskeySignIn" => {
            call.headers.retain(|(name, _)| name != "host");
            send(&call)
        }
        "createUser" => again(&call),
        "updateUser" => {
            let email = world.address();
            world.invited(&email, "agent");
            call.text = json!({"email": email}).to_string();
            send(&call)
        }
        "deleteUser" => {
            call.target = format!("/v1/users/{}", world.last_admin());
            send(&call)
        }
        // Nothing says that it is meant.
        "deleteDatabase" | "wipeDatabase" => unconfirmed(&call, world),
        "deleteResource" => {
            call.target = "/v1/resources/1".to_owned();
            send(&call)
        }
        "updateRelationType" => {
            call.text = json!({"name": world.relation_type().1}).to_string();
            send(&call)
        }
        "deleteRelationType" => {
            let (id, ..) = world.relation();
            call.target = format!("/v1/relation-types/{id}");
            send(&call)
        }
        "deleteSegment" => {
            let (id, _) = world.segment();
            let members = format!("/v1/databases/1/segments/{id}/members");
            world
                .api
                .post(&members, &json!({"add": [world.ann]}))
                .ok(200);
            call.target = format!("/v1/databases/1/segments/{id}");
            send(&call)
        }
        "deleteSuppression" | "clearSuppression" => {
            let (id, _) = world.list();
            let entries = json!({"entries": ["gone@example.org"]});
            world
                .api
                .post(&format!("/v1/suppressions/{id}/entries"), &entries)
                .ok(200);
            let end = if operation.id() == "clearSuppression" {
                "/clear"
            } else {
                ""
            };
            call.target = format!("/v1/suppressions/{id}{end}");
            send(&call)
        }
        "updateProfiles" => {
            call.text = json!({"delete": true}).to_string();
            call.target = "/v1/databases/1/updates".to_owned();
            send(&call)
        }
        // A standard field stays, and stored values may not fit.
        "deleteField" => {
            call.target = "/v1/databases/1/fields/email".to_owned();
            send(&call)
        }
        "updateField" | "previewField" => {
            let (id, _) = world.database();
            let path = format!("/v1/databases/{id}");
            let field = json!({"name": "code", "type": "string"});
            world.api.post(&format!("{path}/fields"), &field).ok(201);
            for _ in 0..2 {
                let body = json!({"mode": "add", "data": {"email": world.address(), "code": "A"}});
                world.api.post(&format!("{path}/profiles"), &body).ok(201);
            }
            call.target = match operation.id() {
                "previewField" => format!("{path}/fields/code/preview"),
                _ => format!("{path}/fields/code"),
            };
            call.text = json!({"unique": true}).to_string();
            send(&call)
        }
        "undoMerge" => {
            call.text = json!({}).to_string();
            again(&call)
        }
        "writeProfile"
        | "matchProfile"
        | "updateProfile"
        | "unsubscribe"
        | "changeRelation"
        | "changeControlGroupMember"
        | "mergeProfiles"
        | "splitProfile"
        | "dismissDuplicates" => of_people(world, operation, call),
        _ => of_states(world, operation, &mut call),
    }
}

/// Without its query.
fn unconfirmed(call: &Call, world: &World) -> u16 {
    let target = call.target.split('?').next().unwrap_or_default();
    let headers: Vec<(&str, &str)> = Vec::new();
    world
        .api
        .send(&call.method, target, &headers, &call.text)
        .status
}

/// Two have the same number, so that nobody knows who is meant.
fn of_people(world: &World, operation: &Operation, mut call: Call) -> u16 {
    let phone = "+4930901820";
    let two: Vec<String> = (0..2)
        .map(|_| {
            let contact = json!({"resource_id": "1", "channel": "sms", "phone": phone});
            let data =
                json!({"phones": [phone], "email": world.address(), "subscriptions": [contact]});
            world.make(
                "/v1/databases/1/profiles",
                &json!({"mode": "add", "data": data}),
            )
        })
        .collect();
    call.text = match operation.id() {
        "writeProfile" => json!({"matching": "phone", "data": {"phones": [phone]}}),
        "matchProfile" => json!({"matching": "phone", "phone": phone}),
        "mergeProfiles" => json!({
            "sources": [{"matching": "phone", "phone": phone}],
            "destination": {"email": "ann@example.org"}
        }),
        "splitProfile" => json!({
            "source": {"matching": "phone", "phone": phone}, "destinations": [{"new": true}]
        }),
        "dismissDuplicates" => json!({"profiles": [
            {"matching": "phone", "phone": phone}, {"email": "ann@example.org"}
        ]}),
        "changeRelation" => json!({
            "action": "attach", "a": {"matching": "phone", "phone": phone},
            "b": {"email": "ann@example.org"}
        }),
        "changeControlGroupMember" => json!({
            "action": "add", "reason": "x", "matching": "phone", "phone": phone
        }),
        "unsubscribe" => {
            json!({"database_id": "1", "resource_id": "1", "channel": "sms", "phone": phone})
        }
        _ => {
            let other = world
                .api
                .get(&format!("/v1/databases/1/profiles/{}", two[0]))
                .ok(200);
            json!({"data": {"email": other["data"]["email"]}})
        }
    }
    .to_string();
    if operation.id() == "updateProfile" {
        call.target = format!("/v1/databases/1/profiles/{}", two[1]);
    }
    call.send(world).status
}

/// A job, a run or a message is not in the state for it.
fn of_states(world: &World, operation: &Operation, call: &mut Call) -> u16 {
    let in_database =
        |kind: &str, id: String, end: &str| format!("/v1/databases/1/{kind}/{id}{end}");
    call.target = match operation.id() {
        "getExportFile" => in_database("exports", world.export(), "/file"),
        "deleteExportFile" => in_database("exports", world.export(), ""),
        "deleteImportFiles" => in_database("imports", world.import(), ""),
        "importIntoSegment" => in_database("imports", world.import(), "/segment"),
        "cancelExport" | "pauseExport" | "resumeExport" => {
            let id = world.export();
            world.work();
            in_database("exports", id, end_of(operation))
        }
        "cancelUpdate" | "pauseUpdate" | "resumeUpdate" => {
            let id = world.bulk_update();
            world.work();
            in_database("updates", id, end_of(operation))
        }
        "cancelImport" | "pauseImport" | "resumeImport" | "previewImport" | "startImport" => {
            let id = world.import();
            world.work();
            if operation.id() == "previewImport" {
                world
                    .api
                    .delete(&in_database("imports", id.clone(), ""))
                    .ok(200);
            }
            in_database("imports", id, end_of(operation))
        }
        // They are still to be done.
        "undoImport" => in_database("imports", world.import(), "/undo"),
        "undoUpdate" => in_database("updates", world.bulk_update(), "/undo"),
        "listSegmentMembers" => in_database("segments", world.unfit_segment(), "/members"),
        "getSegmentCounters" => in_database("segments", world.unfit_segment(), "/counters"),
        "changeSegmentMembers" => {
            call.text = json!({"add": []}).to_string();
            in_database("segments", world.updatable_segment(), "/members")
        }
        "refreshSegment" => in_database("segments", world.segment().0, "/refresh"),
        "cancelSegmentRefresh" | "pauseSegmentRefresh" | "resumeSegmentRefresh" => {
            let id = world.refresh();
            world.work();
            in_database("segments", id, &format!("/refresh{}", end_of(operation)))
        }
        "runSchedule" => in_database("schedules", world.run().0, "/run"),
        "deleteConnector" => {
            let connector = world.connector();
            let schedule = json!({
                "name": world.word(), "plan": {"every_hours": 1},
                "source": {"connector": connector, "table": "customers"},
                "settings": {"mapping": [{"column": "email", "to": {"field": "email"}}]},
            });
            world
                .api
                .post("/v1/databases/1/schedules", &schedule)
                .ok(201);
            format!("/v1/connectors/{connector}")
        }
        "cancelScheduleRun" => {
            let (schedule, run) = world.run();
            let target = in_database("schedules", schedule, &format!("/runs/{run}/cancel"));
            world.api.post(&target, &Value::Null);
            target
        }
        "retryMessage" => format!("/v1/outbox/{}/retry", world.message()),
        "cancelMessage" => {
            let id = world.message();
            world.cancel_message(&id);
            format!("/v1/outbox/{id}/cancel")
        }
        _ => call.target.clone(),
    };
    call.send(world).status
}

/// The last part of an operation's path, with the line in front of it.
fn end_of<'a>(operation: &Operation<'a>) -> &'a str {
    let path = operation.path;
    path.rfind('/').map_or(path, |at| &path[at..])
}
